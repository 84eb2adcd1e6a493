import { useQuery } from '@tanstack/react-query';
import { client } from '../../app/api.ts';
import { PROJECTS_KEY } from './projects-key.ts';

/** Projects, last changed first. */
export function useProjects() {
  return useQuery({
    queryKey: PROJECTS_KEY,
    queryFn: async ({ signal }) => (await client.listProjects({ signal })).projects,
  });
}
