import { Button, CopyButton } from '@mantine/core';
import classes from './AccountPage.module.css';

/** A secret that is told one single time. */
export function OnceShown(props: {
  readonly about: string;
  readonly secret: string;
  readonly onDone: () => void;
}) {
  return (
    <div className={classes.secret} role="status">
      <p className={classes.name}>{props.about}</p>
      <code className={classes.secretText}>{props.secret}</code>
      <div className={classes.row}>
        <CopyButton value={props.secret}>
          {({ copied, copy }) => <Button onClick={copy}>{copied ? 'Copied' : 'Copy'}</Button>}
        </CopyButton>
        <Button variant="subtle" color="gray" onClick={props.onDone}>
          Done
        </Button>
      </div>
    </div>
  );
}
