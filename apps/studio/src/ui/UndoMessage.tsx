import classes from './UndoMessage.module.css';

export function UndoMessage(props: { readonly text: string; readonly onUndo: () => void }) {
  return (
    <span className={classes.undo}>
      <span className="ellipsis">{props.text}</span>
      <button type="button" onClick={props.onUndo}>
        Undo
      </button>
    </span>
  );
}
