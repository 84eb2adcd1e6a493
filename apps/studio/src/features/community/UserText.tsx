import classes from './UserText.module.css';

/**
 * What somebody typed. Text and nothing else: line breaks are kept, addresses are not links, and letters that turn the
 * direction of writing turn nothing around them.
 */
export function UserText({
  children,
  lines = false,
}: {
  readonly children: string;
  readonly lines?: boolean;
}) {
  return <bdi className={lines ? classes.lines : classes.line}>{children}</bdi>;
}
