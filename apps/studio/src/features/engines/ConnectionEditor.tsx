import type { EngineConnection, EngineConnectionPatch, EngineKindInfo } from '@diorama/contracts';
import { Button, Loader, Select, TagsInput, TextInput } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';
import { Fault } from '../../ui/Fault.tsx';
import { IconCheck, IconPlugConnected, IconTrash } from '../../ui/icons.ts';
import { type Action, useAction } from '../../ui/use-action.ts';
import classes from './ConnectionCard.module.css';
import { AddressField, KeyField, PrivateSwitch } from './ConnectionFields.tsx';
import { addressFault, isOtherServer, keyFault } from './connection-fields.ts';
import { deleteConnection, testConnection, updateConnection } from './engine-settings-state.ts';
import { showEngines } from './engines-route.ts';
import { TestReport } from './TestReport.tsx';
import { WorkflowsEditor } from './WorkflowsEditor.tsx';

/** Kinds whose options hold graphs that a person can add. */
const KINDS_WITH_WORKFLOWS: readonly string[] = ['comfyui'];

export function ConnectionEditor(props: {
  readonly connection: EngineConnection;
  readonly info: EngineKindInfo | undefined;
}) {
  const { connection, info } = props;
  const test = useTest(connection);
  return (
    <>
      {connection.source === 'environment' ? (
        <EnvironmentFacts connection={connection} info={info} />
      ) : (
        <EditableFields
          // What the server says after saving is what the fields begin with again.
          key={fieldsKey(connection)}
          connection={connection}
          info={info}
          test={test}
        />
      )}
      {connection.source === 'settings' && KINDS_WITH_WORKFLOWS.includes(connection.kind) && (
        <div className={classes.wide}>
          <WorkflowsEditor connection={connection} />
        </div>
      )}
      <div className={classes.wide}>
        {test.busy ? (
          <p className={classes.keyState} role="status">
            <Loader size={14} color="gray" /> Testing…
          </p>
        ) : (
          connection.probe && <TestReport probe={connection.probe} location={info?.location ?? 'cloud'} />
        )}
        <Fault error={test.error} />
      </div>
      <Foot connection={connection} test={test} />
    </>
  );
}

function fieldsKey({
  name,
  address,
  allowPrivate,
  defaultModel,
  extraModels,
  hasKey,
}: EngineConnection): string {
  return JSON.stringify([name, address, allowPrivate, defaultModel, extraModels, hasKey]);
}

interface Test extends Pick<Action, 'busy' | 'error'> {
  readonly start: () => void;
}

/** Tests on request; a connection that has never been tested is tested as soon as it is looked at. */
function useTest({ id, probe, enabled }: EngineConnection): Test {
  const { busy, error, run } = useAction();
  const controller = useRef<AbortController | null>(null);
  const start = () => {
    controller.current?.abort();
    const own = new AbortController();
    controller.current = own;
    void run(() => testConnection(id, own.signal));
  };
  const begun = useRef(false);
  useEffect(() => {
    if (begun.current || probe || !enabled) return;
    begun.current = true;
    start();
  });
  return { busy, error, start };
}

function EditableFields(props: {
  readonly connection: EngineConnection;
  readonly info: EngineKindInfo | undefined;
  readonly test: Test;
}) {
  const { connection, info, test } = props;
  const [name, setName] = useState(connection.name);
  const [address, setAddress] = useState(connection.address ?? '');
  const [addressOpen, setAddressOpen] = useState(connection.address !== null || info?.address === 'required');
  const [allowPrivate, setAllowPrivate] = useState(connection.allowPrivate);
  const [defaultModel, setDefaultModel] = useState(connection.defaultModel);
  const [extraModels, setExtraModels] = useState<readonly string[]>(connection.extraModels);
  /** null: the saved key stays. */
  const [key, setKey] = useState<string | null>(connection.hasKey ? null : '');
  const [tried, setTried] = useState(false);
  const saving = useAction();

  const models = [
    ...(connection.probe?.models.map(({ id, name: label }) => ({ value: id, label })) ?? []),
    ...extraModels.map((id) => ({ value: id, label: id })),
  ].filter(({ value }, index, all) => all.findIndex((one) => one.value === value) === index);
  if (defaultModel !== null && !models.some(({ value }) => value === defaultModel))
    models.push({ value: defaultModel, label: defaultModel });

  const patch: EngineConnectionPatch = {};
  if (name.trim() !== '' && name.trim() !== connection.name) patch.name = name.trim();
  const wantedAddress = address.trim() === '' ? null : address.trim();
  if (wantedAddress !== connection.address) patch.address = wantedAddress;
  if (allowPrivate !== connection.allowPrivate) patch.allowPrivate = allowPrivate;
  if (defaultModel !== connection.defaultModel) patch.defaultModel = defaultModel;
  if (extraModels.join('\n') !== connection.extraModels.join('\n')) patch.extraModels = [...extraModels];
  if (key !== null && key.trim() !== '') patch.key = key.trim();
  const isChanged = Object.keys(patch).length > 0;
  const addressIsWrong = addressFault(address, info?.address === 'required');
  const leavesServer =
    connection.hasKey &&
    addressIsWrong === null &&
    isOtherServer(connection.address, wantedAddress, info?.defaultAddress ?? '');
  const faults = {
    address: addressIsWrong,
    key: leavesServer || (key !== null && key !== '') ? keyFault(key ?? '', leavesServer) : null,
  };

  const save = async () => {
    setTried(true);
    if (faults.address !== null || faults.key !== null || !isChanged) return;
    const reaches = 'address' in patch || 'key' in patch || 'allowPrivate' in patch || 'extraModels' in patch;
    if ((await saving.run(() => updateConnection(connection.id, patch))) && reaches) test.start();
  };

  return (
    <form
      className={classes.fields}
      aria-label={`Settings of ${connection.name}`}
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      {info && info.key !== 'none' && (
        <KeyState
          connection={connection}
          info={info}
          value={leavesServer ? (key ?? '') : key}
          fault={tried ? faults.key : null}
          canKeep={!leavesServer}
          onChange={setKey}
        />
      )}
      {leavesServer && (
        <p className={classes.note}>
          This is another server than the saved key was given for, so enter the key for it.
        </p>
      )}
      {addressOpen && info ? (
        <>
          <AddressField
            info={info}
            value={address}
            fault={tried ? faults.address : null}
            onChange={setAddress}
          />
          <PrivateSwitch checked={allowPrivate} onChange={setAllowPrivate} />
        </>
      ) : (
        <button type="button" className={classes.quiet} onClick={() => setAddressOpen(true)}>
          Use another address
        </button>
      )}
      <TextInput
        label="Name"
        value={name}
        maxLength={80}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <Select
        label="Default model"
        placeholder="The engine's own choice"
        clearable
        searchable={models.length > 8}
        data={models}
        value={defaultModel}
        onChange={setDefaultModel}
      />
      <TagsInput
        label="Further models"
        description="Ids of models that no list names yet. Type one and press Enter."
        placeholder={extraModels.length === 0 ? 'model-id' : ''}
        value={[...extraModels]}
        maxTags={50}
        onChange={setExtraModels}
      />
      <Fault error={saving.error} />
      {(isChanged || saving.busy) && (
        <div>
          <Button
            type="submit"
            variant="filled"
            color="amber"
            className={classes.primary ?? ''}
            loading={saving.busy}
          >
            Save
          </Button>
        </div>
      )}
    </form>
  );
}

/** A saved key is only said to be there; it can be replaced or removed, and never read. */
function KeyState(props: {
  readonly connection: EngineConnection;
  readonly info: EngineKindInfo;
  /** null while the saved key stays. */
  readonly value: string | null;
  readonly fault: string | null;
  /** The saved key can go on being used. */
  readonly canKeep: boolean;
  readonly onChange: (key: string | null) => void;
}) {
  const { connection, info, value } = props;
  const removing = useAction();
  if (value === null)
    return (
      <div>
        <div className={classes.label}>{info.keyLabel}</div>
        <div className={classes.keyState}>
          <IconCheck size={15} aria-hidden="true" />
          Saved
          <Button size="compact-xs" onClick={() => props.onChange('')}>
            Replace
          </Button>
          <Button
            size="compact-xs"
            variant="subtle"
            color="gray"
            loading={removing.busy}
            onClick={() => void removing.run(() => updateConnection(connection.id, { key: null }))}
          >
            Remove key
          </Button>
        </div>
        <Fault error={removing.error} />
      </div>
    );
  return (
    <>
      <KeyField
        info={info}
        value={value}
        fault={props.fault}
        onChange={props.onChange}
        focus={connection.hasKey && props.canKeep}
      />
      {connection.hasKey && props.canKeep && (
        <button type="button" className={classes.quiet} onClick={() => props.onChange(null)}>
          Keep the saved key
        </button>
      )}
    </>
  );
}

function EnvironmentFacts(props: {
  readonly connection: EngineConnection;
  readonly info: EngineKindInfo | undefined;
}) {
  const { connection, info } = props;
  return (
    <div className={classes.fields}>
      <p className={classes.note}>
        Set by environment variables of the server
        {info && info.environment.length > 0 && ` (${info.environment.join(', ')})`}. Change it there; it can
        be tested here.
      </p>
      <dl className={classes.facts}>
        <dt>Address</dt>
        <dd>{connection.address ?? info?.defaultAddress ?? 'its own'}</dd>
        <dt>{info?.keyLabel ?? 'Key'}</dt>
        <dd>{connection.hasKey ? 'Set' : 'Not set'}</dd>
        <dt>Default model</dt>
        <dd>{connection.defaultModel ?? "The engine's own choice"}</dd>
      </dl>
    </div>
  );
}

function Foot({ connection, test }: { readonly connection: EngineConnection; readonly test: Test }) {
  const [confirming, setConfirming] = useState(false);
  const removing = useAction();
  const remove = async () => {
    if (await removing.run(() => deleteConnection(connection.id))) showEngines();
  };
  return (
    <>
      {confirming && (
        <div className={classes.wide}>
          <div className={classes.confirm} role="alertdialog" aria-label={`Remove ${connection.name}?`}>
            <p>
              Remove {connection.name}
              {connection.hasKey && ' and its key'}? Images made with it stay in the history.
            </p>
            <Button color="red" variant="outline" loading={removing.busy} onClick={() => void remove()}>
              Remove
            </Button>
            <Button
              variant="subtle"
              color="gray"
              ref={(button) => button?.focus()}
              onClick={() => setConfirming(false)}
            >
              Keep
            </Button>
          </div>
          <Fault error={removing.error} />
        </div>
      )}
      <div className={classes.actions}>
        <Button
          leftSection={<IconPlugConnected size={15} />}
          disabled={test.busy || !connection.enabled}
          onClick={test.start}
        >
          Test
        </Button>
        {connection.source === 'settings' && !confirming && (
          <Button
            variant="subtle"
            color="gray"
            className={classes.push ?? ''}
            leftSection={<IconTrash size={15} />}
            onClick={() => setConfirming(true)}
          >
            Remove
          </Button>
        )}
      </div>
    </>
  );
}
