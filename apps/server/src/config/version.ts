import packageJson from '../../package.json' with { type: 'json' };

/** The version that `GET /health` and the OpenAPI document report. */
export const VERSION: string = packageJson.version;
