/** One thing that was looked at. */
export interface DoctorCheck {
  readonly check: string;
  readonly ok: boolean;
  readonly detail: string;
  /** What to do; empty when nothing is. */
  readonly hint: string;
}

export function good(check: string, detail: string): DoctorCheck {
  return { check, ok: true, detail, hint: '' };
}

export function bad(check: string, detail: string, hint: string): DoctorCheck {
  return { check, ok: false, detail, hint };
}
