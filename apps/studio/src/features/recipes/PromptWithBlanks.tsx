import type { RecipeContent } from '@diorama/contracts';
import { UserText } from '../community/UserText.tsx';
import classes from './PromptWithBlanks.module.css';
import { promptParts } from './prompt-parts.ts';
import type { BlankValues } from './recipe-panel.ts';

/** The prompt as it will be sent, with what fills its blanks set off. */
export function PromptWithBlanks(props: {
  readonly content: Pick<RecipeContent, 'prompt' | 'variables'>;
  readonly values: BlankValues;
}) {
  const { content, values } = props;
  return (
    <p className={classes.prompt}>
      {promptParts(content.prompt).map((part, index) => {
        // The pieces have no identity but their place.
        const key = `${index} ${part.kind}`;
        if (part.kind === 'text')
          return (
            <span key={key} className={classes.words}>
              {part.text}
            </span>
          );
        const variable = content.variables.find(({ name }) => name === part.name);
        const words = values[part.name]?.trim() || variable?.default || `{{${part.name}}}`;
        return (
          <mark key={key} className={classes.blank} title={variable?.label}>
            <UserText>{words}</UserText>
          </mark>
        );
      })}
    </p>
  );
}
