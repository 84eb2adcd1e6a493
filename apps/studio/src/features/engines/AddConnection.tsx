import type { EngineKindInfo } from '@diorama/contracts';
import { Button } from '@mantine/core';
import { useState } from 'react';
import { Fault } from '../../ui/Fault.tsx';
import { IconExternalLink } from '../../ui/icons.ts';
import { useAction } from '../../ui/use-action.ts';
import classes from './ConnectionCard.module.css';
import { AddressField, KeyField, PrivateSwitch } from './ConnectionFields.tsx';
import { addressFault, keyFault } from './connection-fields.ts';
import { LocationIcon } from './EnginePicker.tsx';
import { addConnection } from './engine-settings-state.ts';

/** Connects an engine of a kind by its key or address. */
export function AddConnection(props: {
  readonly info: EngineKindInfo;
  readonly onDone: (id: string) => void;
  readonly onCancel: () => void;
}) {
  const { info } = props;
  const [key, setKey] = useState('');
  const [address, setAddress] = useState('');
  const [addressOpen, setAddressOpen] = useState(info.address === 'required');
  const [allowPrivate, setAllowPrivate] = useState(info.isUsuallyPrivate);
  const [tried, setTried] = useState(false);
  const action = useAction();
  const faults = {
    key: keyFault(key, info.key === 'required'),
    address: addressFault(address, info.address === 'required'),
  };
  const submit = async () => {
    setTried(true);
    if (faults.key !== null || faults.address !== null) return;
    let id = '';
    const saved = await action.run(async () => {
      ({ id } = await addConnection({
        kind: info.kind as Exclude<EngineKindInfo['kind'], 'builtin'>,
        address: address.trim() === '' ? null : address.trim(),
        ...(key.trim() === '' ? {} : { key: key.trim() }),
        allowPrivate: addressOpen && allowPrivate,
      }));
    });
    // The opened connection has never been tested, so that is what it does first.
    if (saved) props.onDone(id);
  };

  return (
    <form
      className={classes.card}
      data-open
      aria-label={`Connect ${info.name}`}
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      <div className={classes.head}>
        <span className={classes.headIcon}>
          <LocationIcon location={info.location} size={17} />
        </span>
        <span className={classes.names}>
          <span className={classes.name}>{info.name}</span>
          <span className={classes.status}>{info.summary}</span>
        </span>
      </div>
      <div className={classes.fields}>
        {info.address === 'required' && (
          <AddressField
            info={info}
            value={address}
            fault={tried ? faults.address : null}
            onChange={setAddress}
            focus
          />
        )}
        {info.key !== 'none' && (
          <KeyField
            info={info}
            value={key}
            fault={tried ? faults.key : null}
            onChange={setKey}
            focus={info.address !== 'required'}
          />
        )}
        {info.keyUrl && (
          <a className={classes.outside} href={info.keyUrl} target="_blank" rel="noreferrer">
            Where to get a key
            <IconExternalLink size={12} aria-hidden="true" />
          </a>
        )}
        {info.address === 'fixed' &&
          (addressOpen ? (
            <AddressField
              info={info}
              value={address}
              fault={tried ? faults.address : null}
              onChange={setAddress}
              focus
            />
          ) : (
            <button type="button" className={classes.quiet} onClick={() => setAddressOpen(true)}>
              Use another address
            </button>
          ))}
        {addressOpen && <PrivateSwitch checked={allowPrivate} onChange={setAllowPrivate} />}
        <Fault error={action.error} />
      </div>
      <div className={classes.actions}>
        <Button
          type="submit"
          variant="filled"
          color="amber"
          className={classes.primary ?? ''}
          loading={action.busy}
        >
          Connect and test
        </Button>
        <Button variant="subtle" color="gray" onClick={props.onCancel}>
          Cancel
        </Button>
      </div>
    </form>
  );
}
