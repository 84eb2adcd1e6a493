import type { Generation } from '@diorama/contracts';
import { toDioramaError } from '@diorama/contracts';
import { Menu } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useEngines } from '../../app/server-state.ts';
import { showGeneration } from '../../app/view-store.ts';
import { IconArrowsExchange } from '../../ui/icons.ts';
import { LocationIcon } from '../engines/EnginePicker.tsx';
import { showEngines } from '../engines/engines-route.ts';
import { money } from '../engines/money.ts';
import classes from './MoreMenu.module.css';
import { makeGeneration } from './make-generation.ts';
import { type RerunChoice, rerunChoices, rerunRequest } from './rerun.ts';

/** A menu in the menu: the other engines and models, with what each would cost. A click makes the image at once. */
export function RerunItems({ generation }: { readonly generation: Generation }) {
  const { data } = useEngines();
  const choices = rerunChoices(data?.engines ?? [], generation);
  return (
    <Menu.Sub position="left-end">
      <Menu.Sub.Target>
        <Menu.Sub.Item leftSection={<IconArrowsExchange size={15} />}>
          Run again on another engine
        </Menu.Sub.Item>
      </Menu.Sub.Target>
      <Menu.Sub.Dropdown className={`${classes.engines} scroll`}>
        {choices.map((choice, index) => (
          <EngineItem
            key={`${choice.engine.id} ${choice.model?.id}`}
            generation={generation}
            choice={choice}
            withHeading={choice.model !== null && choices[index - 1]?.engine.id !== choice.engine.id}
          />
        ))}
        {choices.length === 0 && (
          <Menu.Item onClick={() => showEngines()}>
            Connect an AI engine…
            <span className="menu-note">No other engine is available.</span>
          </Menu.Item>
        )}
      </Menu.Sub.Dropdown>
    </Menu.Sub>
  );
}

function EngineItem(props: {
  readonly generation: Generation;
  readonly choice: RerunChoice;
  readonly withHeading: boolean;
}) {
  const { engine, model, cost, refusal } = props.choice;
  const run = async () => {
    try {
      const made = await makeGeneration(rerunRequest(props.generation, props.choice));
      showGeneration(made.id);
    } catch (thrown) {
      const error = toDioramaError(thrown);
      notifications.show({ color: 'red', title: error.message, message: error.hint });
    }
  };
  return (
    <>
      {props.withHeading && (
        <Menu.Label className={classes.heading ?? ''}>
          <LocationIcon location={engine.location} size={13} />
          {engine.name}
        </Menu.Label>
      )}
      <Menu.Item
        disabled={refusal !== null}
        onClick={() => void run()}
        rightSection={<span className={classes.price}>{priceInWords(engine.isFree, cost)}</span>}
      >
        {model?.name ?? engine.name}
        {refusal !== null && <span className="menu-note">{refusal}</span>}
      </Menu.Item>
    </>
  );
}

function priceInWords(isFree: boolean, cost: number | null): string {
  if (isFree) return 'free';
  return cost === null ? 'price unknown' : `≈ ${money(cost)}`;
}
