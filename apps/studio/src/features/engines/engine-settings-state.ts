import {
  type EngineConnection,
  type EngineConnectionPatch,
  type EngineSettings,
  isFinished,
  type ProbeReport,
} from '@diorama/contracts';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { api, type NewConnection } from '../../app/api.ts';
import { ENGINES_KEY, onGenerationChanged, queryClient } from '../../app/server-state.ts';
import { monthOf } from './budget.ts';

const SETTINGS_KEY = ['engine-settings'];
const LEDGER_KEY = ['ledger'];

export function useEngineSettings() {
  return useQuery({ queryKey: SETTINGS_KEY, queryFn: ({ signal }) => api.getEngineSettings({ signal }) });
}

/** This month's totals, for the line under the button; asked for only where something can cost money. */
export function useCurrentLedger(enabled: boolean) {
  return useQuery({
    queryKey: [...LEDGER_KEY, 'now'],
    enabled,
    queryFn: ({ signal }) => api.readLedger({ month: monthOf(new Date()), limit: 1 }, { signal }),
  });
}

export function useLedger(month: string) {
  return useInfiniteQuery({
    queryKey: [...LEDGER_KEY, 'month', month],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) =>
      api.readLedger({ month, ...(pageParam === undefined ? {} : { cursor: pageParam }) }, { signal }),
    getNextPageParam: (page) => page.nextCursor ?? undefined,
  });
}

// Money moves when a paid image is asked for and when it is finished.
onGenerationChanged((generation, before) => {
  if (!before || isFinished(before.status) !== isFinished(generation.status))
    if (generation.request.engine !== 'builtin') void queryClient.invalidateQueries({ queryKey: LEDGER_KEY });
});

function rememberSettings(settings: EngineSettings): void {
  queryClient.setQueryData(SETTINGS_KEY, settings);
  void queryClient.invalidateQueries({ queryKey: ENGINES_KEY });
  void queryClient.invalidateQueries({ queryKey: LEDGER_KEY });
}

function changeSettings(change: (settings: EngineSettings) => EngineSettings): void {
  queryClient.setQueryData<EngineSettings>(SETTINGS_KEY, (settings) => settings && change(settings));
  void queryClient.invalidateQueries({ queryKey: ENGINES_KEY });
}

function rememberConnection(connection: EngineConnection): void {
  changeSettings((settings) => ({
    ...settings,
    connections: settings.connections.some(({ id }) => id === connection.id)
      ? settings.connections.map((one) => (one.id === connection.id ? connection : one))
      : [...settings.connections, connection],
  }));
}

export async function addConnection(body: NewConnection): Promise<EngineConnection> {
  const connection = await api.addEngineConnection(body);
  rememberConnection(connection);
  return connection;
}

export async function updateConnection(id: string, patch: EngineConnectionPatch): Promise<void> {
  rememberConnection(await api.updateEngineConnection(id, patch));
  // Where a model got or lost a price, the table of prices changes too.
  void queryClient.invalidateQueries({ queryKey: SETTINGS_KEY });
}

export async function deleteConnection(id: string): Promise<void> {
  await api.deleteEngineConnection(id);
  changeSettings((settings) => ({
    ...settings,
    connections: settings.connections.filter((one) => one.id !== id),
  }));
  void queryClient.invalidateQueries({ queryKey: SETTINGS_KEY });
}

export async function testConnection(id: string, signal?: AbortSignal): Promise<ProbeReport> {
  const probe = await api.testEngineConnection(id, signal ? { signal } : {});
  changeSettings((settings) => ({
    ...settings,
    connections: settings.connections.map((one) => (one.id === id ? { ...one, probe } : one)),
  }));
  void queryClient.invalidateQueries({ queryKey: SETTINGS_KEY });
  return probe;
}

export async function updateSettings(patch: Parameters<typeof api.updateEngineSettings>[0]): Promise<void> {
  rememberSettings(await api.updateEngineSettings(patch));
}

export async function updatePrice(patch: Parameters<typeof api.updatePrice>[0]): Promise<void> {
  rememberSettings(await api.updatePrice(patch));
}
