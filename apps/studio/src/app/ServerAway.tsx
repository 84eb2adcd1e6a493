import { IconAlertTriangle } from '../ui/icons.ts';
import { useConnection } from './connection.ts';
import classes from './ServerAway.module.css';

/** A line that is there as long as the server does not answer. */
export function ServerAway() {
  const reachable = useConnection((state) => state.reachable);
  if (reachable) return null;
  return (
    <div className={classes.banner} role="status">
      <IconAlertTriangle size={15} />
      The server does not answer. Your work is kept here; everything goes on as soon as it is back.
    </div>
  );
}
