import {
  type EngineConnection,
  suggestWorkflowInputs,
  type Workflow,
  type WorkflowInputName,
  type WorkflowInputs,
} from '@diorama/contracts';
import { Button, FileButton, Select, TextInput } from '@mantine/core';
import { useState } from 'react';
import { Fault } from '../../ui/Fault.tsx';
import { IconButton } from '../../ui/IconButton.tsx';
import { IconAlertTriangle, IconPencil, IconTrash, IconUpload } from '../../ui/icons.ts';
import { useAction } from '../../ui/use-action.ts';
import cardClasses from './ConnectionCard.module.css';
import pageClasses from './EnginesPage.module.css';
import { updateConnection } from './engine-settings-state.ts';
import classes from './WorkflowsEditor.module.css';
import { INPUT_FIELDS, placesOf, readWorkflowFile, workflowId, workflowsOf } from './workflow-file.ts';

/** A person's own workflows on a server: added from a file, with the places that a request is put into. */
export function WorkflowsEditor({ connection }: { readonly connection: EngineConnection }) {
  const workflows = workflowsOf(connection.options);
  const [draft, setDraft] = useState<Workflow | null>(null);
  const [fault, setFault] = useState<string | null>(null);
  const action = useAction();
  const store = (next: readonly Workflow[]) =>
    action.run(() =>
      updateConnection(connection.id, { options: { ...connection.options, workflows: next } }),
    );

  const read = async (file: File | null) => {
    if (!file) return;
    action.clear();
    const result = readWorkflowFile(await file.text());
    if (!result.ok) {
      setFault(result.fault);
      return;
    }
    setFault(null);
    const name = file.name.replace(/\.json$/i, '').slice(0, 80) || 'Workflow';
    const id = workflowId(name, new Set(workflows.map((one) => one.id)));
    setDraft({ id, name, graph: result.graph, inputs: suggestWorkflowInputs(result.graph) });
  };

  return (
    <div>
      <div className={cardClasses.label}>Workflows of your own</div>
      <p className={cardClasses.note}>
        Each becomes a model of this engine. Export it in ComfyUI with Workflow &gt; Export (API).
      </p>
      {workflows.length > 0 && (
        <ul className={classes.list}>
          {workflows.map((workflow) => (
            <li key={workflow.id}>
              <span className="ellipsis">{workflow.name}</span>
              <span className={classes.inputs}>
                {Object.keys(workflow.graph).length} nodes · {Object.keys(workflow.inputs).length} inputs
              </span>
              <IconButton label={`Edit ${workflow.name}`} size={26} onClick={() => setDraft(workflow)}>
                <IconPencil size={14} />
              </IconButton>
              <IconButton
                label={`Remove ${workflow.name}`}
                size={26}
                onClick={() => void store(workflows.filter(({ id }) => id !== workflow.id))}
              >
                <IconTrash size={14} />
              </IconButton>
            </li>
          ))}
        </ul>
      )}
      {draft ? (
        <WorkflowForm
          key={draft.id}
          workflow={draft}
          busy={action.busy}
          onCancel={() => setDraft(null)}
          onSave={async (workflow) => {
            const isKnown = workflows.some(({ id }) => id === workflow.id);
            const next = isKnown
              ? workflows.map((one) => (one.id === workflow.id ? workflow : one))
              : [...workflows, workflow];
            if (await store(next)) setDraft(null);
          }}
        />
      ) : (
        <FileButton accept="application/json,.json" onChange={(file) => void read(file)}>
          {(buttonProps) => (
            <Button {...buttonProps} className={classes.add ?? ''} leftSection={<IconUpload size={15} />}>
              Add a workflow file
            </Button>
          )}
        </FileButton>
      )}
      {fault !== null && (
        <p className={pageClasses.fault} role="alert">
          <IconAlertTriangle size={14} aria-hidden="true" />
          {fault}
        </p>
      )}
      <Fault error={action.error} />
    </div>
  );
}

function WorkflowForm(props: {
  readonly workflow: Workflow;
  readonly busy: boolean;
  readonly onSave: (workflow: Workflow) => void;
  readonly onCancel: () => void;
}) {
  const { workflow } = props;
  const [name, setName] = useState(workflow.name);
  const [inputs, setInputs] = useState<WorkflowInputs>(workflow.inputs);
  const places = placesOf(workflow.graph);
  const choose = (input: WorkflowInputName, value: string | null) => {
    const { [input]: _gone, ...rest } = inputs;
    const place = places.find((one) => keyOf(one) === value);
    setInputs(place ? { ...rest, [input]: [{ node: place.node, input: place.input }] } : rest);
  };
  const missing = inputs.prompt === undefined && inputs.canvas === undefined;
  return (
    <form
      className={classes.form}
      aria-label={`Workflow ${workflow.name}`}
      onSubmit={(event) => {
        event.preventDefault();
        // The form stands beside another one, not in it, but its event would still bubble there.
        event.stopPropagation();
        if (name.trim() !== '' && !missing) props.onSave({ ...workflow, name: name.trim(), inputs });
      }}
    >
      <TextInput
        label="Name"
        value={name}
        maxLength={80}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <fieldset className={classes.places}>
        <legend>Where the request goes</legend>
        {INPUT_FIELDS.map(({ name: input, label, takes }) => {
          const fitting = places.filter(({ type }) => type === takes);
          if (fitting.length === 0) return null;
          const [place] = inputs[input] ?? [];
          const more = (inputs[input]?.length ?? 0) - 1;
          return (
            <Select
              key={input}
              label={more > 0 ? `${label} (and ${more} more)` : label}
              placeholder="Not used"
              clearable
              searchable={fitting.length > 8}
              data={fitting.map((one) => ({ value: keyOf(one), label: one.label }))}
              value={place ? keyOf(place) : null}
              onChange={(value) => choose(input, value)}
            />
          );
        })}
      </fieldset>
      {missing && <p className={cardClasses.note}>Say at least where the prompt or the canvas goes.</p>}
      <div className={classes.formActions}>
        <Button type="submit" loading={props.busy} disabled={missing || name.trim() === ''}>
          Save workflow
        </Button>
        <Button variant="subtle" color="gray" onClick={props.onCancel}>
          Cancel
        </Button>
      </div>
    </form>
  );
}

const keyOf = ({ node, input }: { readonly node: string; readonly input: string }) => `${node} ${input}`;
