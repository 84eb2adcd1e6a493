import { Loader } from '@mantine/core';
import { IconAlertTriangle, IconX } from '../../ui/icons.ts';
import { dismissFailure, useImports } from '../import/import-store.ts';
import { useSourceFiles } from '../import/source-files.ts';
import { useScene } from '../scene/scene-store.ts';
import classes from './Viewport.module.css';

/** What is happening to models, and what went wrong with them, over the viewport. */
export function ViewportNotices() {
  const active = useImports((state) => state.active);
  const failures = useImports((state) => state.failures);
  const sources = useScene((state) => state.document.sources);
  const loading = useSourceFiles((state) => state.loading);
  const missing = useSourceFiles((state) => state.missing);
  const lost = Object.values(sources).filter(({ asset }) => missing.has(asset));
  const fetching = Object.values(sources).filter(({ asset }) => loading.has(asset));
  return (
    <div className={classes.notices} aria-live="polite">
      {active.map(({ key, name }) => (
        <div key={key} className={classes.notice}>
          <Loader size={14} color="amber" />
          <span className="ellipsis">Reading {name}…</span>
        </div>
      ))}
      {active.length === 0 && fetching.length > 0 && (
        <div className={classes.notice}>
          <Loader size={14} color="amber" />
          <span className="ellipsis">
            Loading {fetching.length === 1 ? fetching[0]!.name : `${fetching.length} models`}…
          </span>
        </div>
      )}
      {lost.length > 0 && (
        <div className={classes.notice} role="alert">
          <IconAlertTriangle size={16} className={classes.noticeIcon ?? ''} />
          <div>
            <p>
              {lost.length === 1
                ? `The file of ${lost[0]!.name} is gone`
                : `The files of ${lost.length} models are gone`}
            </p>
            <p className={classes.noticeHint}>
              Neither this browser nor the server has it any more. Import the model again, or delete its
              objects.
            </p>
          </div>
        </div>
      )}
      {failures.map(({ key, name, message, hint, missingFiles }) => (
        <div key={key} className={classes.notice} role="alert">
          <IconAlertTriangle size={16} className={classes.noticeIcon ?? ''} />
          <div>
            <p>
              {name}: {message}
            </p>
            <p className={classes.noticeHint}>{hint}</p>
            {missingFiles.length > 0 && (
              <ul className={classes.missing}>
                {missingFiles.slice(0, 6).map((file) => (
                  <li key={file}>{file}</li>
                ))}
                {missingFiles.length > 6 && <li>and {missingFiles.length - 6} more</li>}
              </ul>
            )}
          </div>
          <button
            type="button"
            className={classes.dismiss}
            aria-label="Dismiss"
            onClick={() => dismissFailure(key)}
          >
            <IconX size={14} />
          </button>
        </div>
      ))}
    </div>
  );
}
