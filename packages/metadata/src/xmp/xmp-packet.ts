import { type DigitalSourceType, SOURCE_TYPE_VOCABULARY } from './source-type.ts';

/** XMP (ISO 16684-1): how a JPEG segment and a PNG chunk with a packet are marked. */
export const XMP_JPEG_SIGNATURE = 'http://ns.adobe.com/xap/1.0/\0';
export const XMP_JPEG_EXTENSION = 'http://ns.adobe.com/xmp/extension/\0';
export const XMP_PNG_KEYWORD = 'XML:com.adobe.xmp';

const CREATOR_TOOL = 'Diorama';
/** Of our own property `settings`. */
const XMP_NAMESPACE = 'urn:diorama:xmp:image#';

/** What a packet of ours says. */
export interface XmpContents {
  readonly digitalSourceType: DigitalSourceType;
  /** Absent or empty: none. */
  readonly description?: string;
  /** A settings document. */
  readonly settings?: string;
}

/** A packet without padding; nothing here is meant to be edited in place. */
export function writeXmp({ digitalSourceType, description, settings }: XmpContents): string {
  const properties = [
    description
      ? `<dc:description><rdf:Alt><rdf:li xml:lang="x-default">${escapeXml(description)}</rdf:li></rdf:Alt></dc:description>`
      : '',
    settings === undefined ? '' : `<diorama:settings>${escapeXml(settings)}</diorama:settings>`,
  ].join('');
  return [
    '<?xpacket begin="\uFEFF" id="W5M0MpCehiHzreSzNTczkc9d"?>',
    '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">',
    '<rdf:Description rdf:about=""',
    ' xmlns:xmp="http://ns.adobe.com/xap/1.0/"',
    ' xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/"',
    description ? ' xmlns:dc="http://purl.org/dc/elements/1.1/"' : '',
    settings === undefined ? '' : ` xmlns:diorama="${XMP_NAMESPACE}"`,
    ` xmp:CreatorTool="${CREATOR_TOOL}"`,
    ` Iptc4xmpExt:DigitalSourceType="${SOURCE_TYPE_VOCABULARY}${digitalSourceType}">`,
    properties,
    '</rdf:Description></rdf:RDF></x:xmpmeta>',
    '<?xpacket end="r"?>',
  ].join('');
}

/**
 * The settings document in a packet, or null. Only what Diorama wrote has one, and other programs that rewrite a packet
 * may have changed its prefix, turned the element into an attribute, or quoted it otherwise; those forms are read too.
 */
export function settingsOfXmp(packet: string): string | null {
  const at = packet.indexOf(XMP_NAMESPACE);
  if (at < 0) return null;
  const prefix = /xmlns:([A-Za-z_][\w.-]{0,60})\s{0,9}=\s{0,9}["']$/.exec(
    packet.slice(Math.max(0, at - 100), at),
  )?.[1];
  if (prefix === undefined) return null;
  const open = `<${prefix}:settings>`;
  const from = packet.indexOf(open);
  if (from >= 0) {
    const to = packet.indexOf(`</${prefix}:settings>`, from);
    return to < 0 ? null : unescapeXml(packet.slice(from + open.length, to));
  }
  const attribute = packet.indexOf(`${prefix}:settings=`);
  if (attribute < 0) return null;
  const valueAt = attribute + prefix.length + ':settings='.length;
  const quote = packet[valueAt];
  const end = quote === '"' || quote === "'" ? packet.indexOf(quote, valueAt + 1) : -1;
  return end < 0 ? null : unescapeXml(packet.slice(valueAt + 1, end));
}

const FORBIDDEN_IN_XML = /[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu;

/** What XML 1.0 cannot hold is left out; a settings document has it as escapes of JSON. */
function escapeXml(text: string): string {
  return text
    .replace(FORBIDDEN_IN_XML, '')
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/\r/g, '&#13;');
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

function unescapeXml(text: string): string {
  return text.replace(
    /&(?:#(\d{1,7})|#x([0-9a-fA-F]{1,6})|([a-z]{2,4}));/g,
    (whole, decimal, hex, entity) => {
      if (entity !== undefined) return ENTITIES[entity] ?? whole;
      const code = decimal === undefined ? Number.parseInt(hex, 16) : Number(decimal);
      return code <= 0x10_ffff ? String.fromCodePoint(code) : whole;
    },
  );
}
