import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';

describe('listing engines', () => {
  it('does not load the SDK: it is loaded by the first image', () => {
    const script = `
      import { registerHooks } from 'node:module';
      const loaded = [];
      registerHooks({ resolve(name, context, next) {
        const found = next(name, context);
        if (/node_modules\\/(?:ai|@ai-sdk)\\//.test(found.url)) loaded.push(name);
        return found;
      } });
      for (const kind of ['openai', 'google', 'xai', 'gateway', 'openai-compatible']) {
        const [adapter] = Object.values(await import(\`${new URL('../', import.meta.url).href}\${kind}/index.ts\`));
        adapter.create({ id: kind, kind, name: kind, address: adapter.info.defaultAddress, key: 'k', allowPrivate: false,
          enabled: true, defaultModel: null, extraModels: [], options: {}, probe: null, prices: [] }).models();
      }
      console.log(JSON.stringify(loaded));
    `;
    const said = execFileSync(process.execPath, ['--no-warnings', '--input-type=module', '-e', script], {
      encoding: 'utf8',
    });
    expect(JSON.parse(said)).toEqual([]);
  });
});
