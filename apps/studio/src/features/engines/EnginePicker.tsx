import type { EngineDescription, EngineLocation, EngineModel } from '@diorama/contracts';
import { Combobox, UnstyledButton, useCombobox } from '@mantine/core';
import { IconCheck, IconChevronDown, IconCloud, IconCube, IconServer } from '../../ui/icons.ts';
import classes from './EnginePicker.module.css';
import { type EngineChoice, LOCATION_NAMES, LOCATION_NOTES, remedyLabel } from './engine-choice.ts';
import { showEngines } from './engines-route.ts';
import { money } from './money.ts';

const LOCATION_ICONS = { 'built-in': IconCube, 'own-server': IconServer, cloud: IconCloud } as const;
const MANAGE = 'manage';

export function LocationIcon({
  location,
  size = 15,
}: {
  readonly location: EngineLocation;
  readonly size?: number;
}) {
  const Icon = LOCATION_ICONS[location];
  return <Icon size={size} stroke={1.7} aria-hidden="true" />;
}

/** Which engine and model makes the image; beside it, where that happens. */
export function EnginePicker(props: {
  readonly engines: readonly EngineDescription[];
  readonly choice: EngineChoice | undefined;
  readonly loading: boolean;
  /** Dollars for the image as it is set up now; null when nobody knows. */
  readonly costOf: (engine: EngineDescription, model: EngineModel) => number | null;
  readonly onChoose: (engine: string, model: string | null) => void;
}) {
  const { engines, choice } = props;
  const combobox = useCombobox({
    onDropdownOpen: () => combobox.selectActiveOption(),
    onDropdownClose: () => combobox.resetSelectedOption(),
  });
  const submit = (value: string) => {
    combobox.closeDropdown();
    if (value === MANAGE) return showEngines();
    const { engine, model, fix } = JSON.parse(value) as OptionValue;
    if (fix) showEngines({ connection: engine });
    else props.onChoose(engine, model);
  };

  return (
    <Combobox
      store={combobox}
      onOptionSubmit={submit}
      position="top-start"
      width={328}
      shadow="md"
      offset={6}
    >
      <Combobox.Target targetType="button">
        <UnstyledButton
          className={classes.target ?? ''}
          aria-label={choice ? `Engine: ${spoken(choice)}` : 'Engine'}
          disabled={!choice}
          onClick={() => combobox.toggleDropdown()}
        >
          {choice ? (
            <>
              <span className={classes.icon}>
                <LocationIcon location={choice.engine.location} />
              </span>
              <span className={`${classes.chosen} ellipsis`}>
                {choice.model?.name ?? choice.engine.name}
                {choice.model && <span className={classes.of}> {choice.engine.name}</span>}
              </span>
              <span className={classes.badge}>{LOCATION_NAMES[choice.engine.location]}</span>
            </>
          ) : (
            <span className={`${classes.chosen} ellipsis`}>
              {props.loading ? 'Loading the engines…' : 'No engine'}
            </span>
          )}
          <IconChevronDown size={15} className={classes.chevron ?? ''} />
        </UnstyledButton>
      </Combobox.Target>
      <Combobox.Dropdown className={classes.dropdown ?? ''}>
        <Combobox.Options className={`${classes.options} scroll`} aria-label="Engines and models">
          {engines.map((engine) =>
            engine.available && engine.models.length === 0 ? (
              <PlainEngine key={engine.id} engine={engine} chosen={choice?.engine.id === engine.id} />
            ) : (
              <Combobox.Group key={engine.id} label={<GroupLabel engine={engine} />}>
                <EngineOptions engine={engine} choice={choice} costOf={props.costOf} />
              </Combobox.Group>
            ),
          )}
          <Combobox.Option value={MANAGE} className={classes.manage ?? ''}>
            {engines.some(({ kind }) => kind !== 'builtin') ? 'Manage engines…' : 'Connect an AI engine…'}
          </Combobox.Option>
        </Combobox.Options>
      </Combobox.Dropdown>
    </Combobox>
  );
}

interface OptionValue {
  readonly engine: string;
  readonly model: string | null;
  /** Opens the settings instead of choosing. */
  readonly fix?: true;
}

const optionValue = (option: OptionValue) => JSON.stringify(option);

function GroupLabel({ engine }: { readonly engine: EngineDescription }) {
  return (
    <span className={classes.group} title={LOCATION_NOTES[engine.location]}>
      <LocationIcon location={engine.location} size={13} />
      <span className="ellipsis">{engine.name}</span>
      <span className={classes.where}>{LOCATION_NAMES[engine.location]}</span>
    </span>
  );
}

/** An engine with nothing to choose in it is one line, not a heading with one line. */
function PlainEngine({ engine, chosen }: { readonly engine: EngineDescription; readonly chosen: boolean }) {
  return (
    <Combobox.Option
      value={optionValue({ engine: engine.id, model: null })}
      active={chosen}
      className={classes.option ?? ''}
    >
      <Choice name={engine.name} note={engine.summary} price={freeOrUnknown(engine)} chosen={chosen} />
    </Combobox.Option>
  );
}

function EngineOptions(props: {
  readonly engine: EngineDescription;
  readonly choice: EngineChoice | undefined;
  readonly costOf: (engine: EngineDescription, model: EngineModel) => number | null;
}) {
  const { engine, choice } = props;
  const isChosen = choice?.engine.id === engine.id;
  if (!engine.available)
    return (
      <Combobox.Option
        value={optionValue({ engine: engine.id, model: null, fix: true })}
        className={classes.option ?? ''}
      >
        <span className={classes.body}>
          <span className={classes.reason}>{engine.reason ?? 'Not available.'}</span>
          {engine.kind !== 'builtin' && <span className={classes.fix}>{remedyLabel(engine)}</span>}
        </span>
      </Combobox.Option>
    );
  return engine.models.map((model) => {
    const chosen = isChosen && choice.model?.id === model.id;
    return (
      <Combobox.Option
        key={model.id}
        value={optionValue({ engine: engine.id, model: model.id })}
        active={chosen}
        className={classes.option ?? ''}
      >
        <Choice
          name={model.name}
          note={model.note}
          price={priceOf(engine, props.costOf(engine, model))}
          chosen={chosen}
        />
      </Combobox.Option>
    );
  });
}

function Choice(props: {
  readonly name: string;
  readonly note: string | null;
  readonly price: string;
  readonly chosen: boolean;
}) {
  return (
    <>
      <span className={classes.body}>
        <span className={classes.first}>
          <span className="ellipsis" title={props.name}>
            {props.name}
          </span>
          <span className={classes.price}>{props.price}</span>
        </span>
        {props.note && <span className={classes.note}>{props.note}</span>}
      </span>
      <span className={classes.check}>{props.chosen && <IconCheck size={14} />}</span>
    </>
  );
}

function freeOrUnknown({ isFree }: EngineDescription): string {
  return isFree ? 'free' : 'price unknown';
}

/** What the image as it is set up now would cost: the same number that stands under the button once it is chosen. */
function priceOf(engine: EngineDescription, cost: number | null): string {
  return engine.isFree || cost === null ? freeOrUnknown(engine) : `≈ ${money(cost)}`;
}

function spoken({ engine, model }: EngineChoice): string {
  return `${model ? `${model.name}, ` : ''}${engine.name}, ${LOCATION_NAMES[engine.location]}`;
}
