import { z } from 'zod';
import { LIMITS } from './limits.ts';

/** `owner` runs the server: engines, money, accounts, moderation. `member` makes and shares images. */
export const ACCOUNT_ROLES = ['owner', 'member'] as const;
export const accountRoleSchema = z.enum(ACCOUNT_ROLES);
export type AccountRole = z.infer<typeof accountRoleSchema>;

/** The account that owns everything while accounts are off, and the first owner once they are on. */
export const BUILT_IN_OWNER_ID = 'owner';

/** Line breaks, controls, and marks that turn the direction of what stands beside a name: with them it poses as another. */
const NOT_IN_NAMES = /[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]/u;

export const accountNameSchema = z
  .string()
  .trim()
  .min(1)
  .max(80)
  .refine((name) => !NOT_IN_NAMES.test(name), 'A name is one line, without control characters.')
  .refine((name) => /[^\p{Cf}\p{Mn}\s]/u.test(name), 'A name has something to see.');
export const emailSchema = z.string().trim().toLowerCase().max(254).pipe(z.email());
export const passwordSchema = z
  .string()
  .min(LIMITS.passwordCharactersMin, `A password has at least ${LIMITS.passwordCharactersMin} characters.`)
  .max(LIMITS.passwordCharactersMax);

/** What others on the server may see of somebody. */
export const personSchema = z.object({ id: z.string().max(64), name: z.string() });
export type Person = z.infer<typeof personSchema>;

export const accountSchema = personSchema.extend({
  /** null for the built-in owner while accounts are off. */
  email: z.string().nullable(),
  role: accountRoleSchema,
  /** Cannot sign in; everything of theirs is kept. */
  disabled: z.boolean(),
  /** May not publish, like, comment or report. */
  communityBanned: z.boolean(),
  createdAt: z.iso.datetime(),
});
export type Account = z.infer<typeof accountSchema>;

/**
 * How the server tells who asks. `local`: whoever reaches it is the built-in owner. `launch-token`: whoever opened the
 * address that was printed at start. `accounts`: email and password.
 */
export const ACCESS_MODES = ['local', 'launch-token', 'accounts'] as const;
export type AccessMode = (typeof ACCESS_MODES)[number];

export const sessionStateSchema = z.object({
  mode: z.enum(ACCESS_MODES),
  /** What must happen before anything else can; null when nothing. */
  needs: z.enum(['setup', 'sign-in', 'launch-token']).nullable(),
  account: accountSchema.nullable(),
  /** Whether the gallery can be looked at without an account. */
  publicCommunity: z.boolean(),
});
export type SessionState = z.infer<typeof sessionStateSchema>;

export const signInSchema = z.object({
  email: emailSchema,
  // Not `passwordSchema`: whoever has an older, shorter one must still be told "wrong", not "too short".
  password: z.string().min(1).max(LIMITS.passwordCharactersMax),
});

export const setupSchema = z.object({
  /** Printed in the log of the server. */
  token: z.string().min(1).max(200),
  name: accountNameSchema,
  email: emailSchema,
  password: passwordSchema,
});

export const passwordChangeSchema = z.object({
  current: z.string().min(1).max(LIMITS.passwordCharactersMax),
  next: passwordSchema,
});

export const accountPatchSchema = z.object({ name: accountNameSchema });

/** What the server's owner may change about somebody. */
export const managedAccountPatchSchema = z.object({
  role: accountRoleSchema.optional(),
  disabled: z.boolean().optional(),
  communityBanned: z.boolean().optional(),
});

export const deviceSessionSchema = z.object({
  id: z.string(),
  current: z.boolean(),
  /** As the browser names itself. */
  userAgent: z.string().nullable(),
  address: z.string().nullable(),
  createdAt: z.iso.datetime(),
  expiresAt: z.iso.datetime(),
});
export type DeviceSession = z.infer<typeof deviceSessionSchema>;

export const apiTokenSchema = z.object({
  id: z.uuid(),
  name: z.string(),
  createdAt: z.iso.datetime(),
  lastUsedAt: z.iso.datetime().nullable(),
  expiresAt: z.iso.datetime().nullable(),
});
export type ApiToken = z.infer<typeof apiTokenSchema>;

export const newApiTokenSchema = z.object({
  name: accountNameSchema,
  /** null: until it is revoked. */
  expiresInDays: z.int().min(1).max(3_650).nullable().default(null),
});

/** The only time that the token itself is seen. */
export const issuedApiTokenSchema = apiTokenSchema.extend({ token: z.string() });

/** A link that works once: to join, or to choose a new password. */
export const LINK_KINDS = ['invitation', 'password-reset'] as const;

export const accountLinkSchema = z.object({
  id: z.uuid(),
  kind: z.enum(LINK_KINDS),
  /** Role of the new account; null for a password reset. */
  role: accountRoleSchema.nullable(),
  /** Whose password; null for an invitation. */
  account: personSchema.nullable(),
  createdAt: z.iso.datetime(),
  expiresAt: z.iso.datetime(),
});
export type AccountLink = z.infer<typeof accountLinkSchema>;

/** The only time that the link itself is seen: the server sends no mail, its owner passes it on. */
export const issuedAccountLinkSchema = accountLinkSchema.extend({ url: z.string() });

export const newInvitationSchema = z.object({
  role: accountRoleSchema.default('member'),
  expiresInDays: z.int().min(1).max(90).default(7),
});

export const joinSchema = z.object({
  token: z.string().min(1).max(200),
  name: accountNameSchema,
  email: emailSchema,
  password: passwordSchema,
});

export const newPasswordSchema = z.object({ token: z.string().min(1).max(200), password: passwordSchema });
