/*
 * What is known of the delivery of software: changes, what happened to them, commits, deployments, incidents. These
 * are the rows of the import format; every collector (GitHub, GitLab, plain git, JSON lines) produces them. Times are
 * RFC 3339 strings as hosts give them; people are logins here and become pseudonyms where they are stored.
 */
import { patternMatcher } from '../text/index.ts';

export type ActorKind = 'human' | 'bot' | 'unknown';

export interface Actor {
  /** Null: a deleted account, or a commit that no account claims. */
  readonly login: string | null;
  readonly kind: ActorKind;
}

/** `opened`: when; `reviews`: whether and by whom; `commits`: which, so that the start of work isn't known either. */
export type UnknownPart = 'opened' | 'reviews' | 'commits';

/** A pull or merge request. */
export interface Change {
  readonly type: 'change';
  readonly id: string;
  /** `host/owner/name`, lower case. */
  readonly repository: string;
  readonly number: number;
  readonly author: Actor;
  readonly openedAt: string;
  readonly readyAt?: string | undefined;
  readonly mergedAt?: string | undefined;
  readonly closedAt?: string | undefined;
  /** Version of this record: an older one than what is known is not taken. */
  readonly updatedAt?: string | undefined;
  readonly isDraft: boolean;
  readonly base: string;
  readonly head: string;
  readonly mergeCommit?: string | undefined;
  readonly title?: string | undefined;
  /** What its source can't tell; figures about it leave the change out. */
  readonly unknown?: readonly UnknownPart[] | undefined;
  /** Who drives the agent that authored it: assignees, requesters, the session's principal. */
  readonly drivers?: readonly string[] | undefined;
  readonly additions: number;
  readonly deletions: number;
  /** Changed files, a count. */
  readonly files: number;
}

export type ReviewState = 'approved' | 'changes_requested' | 'commented' | 'pending';

/** Something that happened to a change. Kinds that no definition names are kept and change nothing. */
export interface ChangeEvent {
  readonly type: 'event';
  readonly change: string;
  readonly id: string;
  readonly at: string;
  /**
   * `opened`, `draft`, `ready`, `closed`, `reopened`, `merged`, `review_requested`, `review`, `inline_comment`,
   * `dismissed` (of a review), `comment` (in the conversation), `retracted` (it was deleted), …
   */
  readonly kind: string;
  readonly by: Actor;
  readonly reviewer?: Actor | undefined;
  /** Of a review. */
  readonly state?: ReviewState | undefined;
  /** Id of the event that this one dismisses or answers. */
  readonly of?: string | undefined;
}

export interface Commit {
  readonly type: 'commit';
  readonly repository: string;
  readonly change?: string | undefined;
  readonly sha: string;
  readonly authoredAt: string;
  readonly committedAt: string;
  readonly author: { readonly login?: string | undefined; readonly email?: string | undefined };
  readonly message: string;
  /** Parents, where known: two or more make a merge. */
  readonly parents?: readonly string[] | undefined;
}

/**
 * How a deployment's commit stands to the one that was deployed before. `behind`: a roll-back. `diverged`: it doesn't
 * descend from that one. `gap`: that one is lost, and an earlier one stands in. `cut`: it brought more commits than are
 * listed. `lost`: the history knows neither. Absent: the first one, or nobody compared.
 */
export const deploymentRanges = ['ahead', 'identical', 'behind', 'diverged', 'gap', 'cut', 'lost'] as const;
export type DeploymentRange = (typeof deploymentRanges)[number];

export interface Deployment {
  readonly type: 'deployment';
  readonly id: string;
  readonly repository: string;
  readonly service: string;
  readonly environment: string;
  /** Whether that is production, where somebody marked it by what an organisation says; else its name tells. */
  readonly production?: boolean | undefined;
  readonly result: string;
  readonly startedAt: string;
  readonly finishedAt: string;
  readonly commit: string;
  /** Commit of the last successful deployment before this one. */
  readonly previousCommit?: string | undefined;
  /** Every commit that this one brought and the previous one had not. */
  readonly commits?: readonly string[] | undefined;
  readonly range?: DeploymentRange | undefined;
}

export interface IncidentLink {
  readonly rel: 'caused_by' | 'fixed_by';
  readonly change?: string | undefined;
  readonly deployment?: string | undefined;
}

export interface Incident {
  readonly type: 'incident';
  readonly id: string;
  readonly service?: string | undefined;
  readonly startedAt: string;
  readonly reportedAt: string;
  readonly resolvedAt?: string | undefined;
  /** 1 is the worst. */
  readonly severity: number;
  readonly links: readonly IncidentLink[];
  /** Version of this record: an older one than what is known is not taken. */
  readonly updatedAt?: string | undefined;
  /** It turned out to be none: kept so that what comes late doesn't bring it back. */
  readonly retracted?: boolean | undefined;
}

export type DeliveryFact = Change | ChangeEvent | Commit | Deployment | Incident;

/** A change with all that is known of it. */
export interface ChangeHistory {
  readonly change: Change;
  readonly events: readonly ChangeEvent[];
  readonly commits: readonly Commit[];
}

/** Whole seconds since the epoch; hosts give no more, and whole numbers add up exactly. Null when it isn't a time. */
export function secondsOf(time: string): number | null {
  const ms = Date.parse(time);
  return Number.isNaN(ms) ? null : Math.floor(ms / 1000);
}

/** When a change was merged, as its timeline says: never before it was opened. Null: not merged, or unreadable. */
export function mergedSeconds({ openedAt, mergedAt }: Pick<Change, 'openedAt' | 'mergedAt'>): number | null {
  const merged = mergedAt === undefined ? null : secondsOf(mergedAt);
  const opened = secondsOf(openedAt);
  return merged === null || opened === null ? null : Math.max(merged, opened);
}

/** RFC 3339 in UTC, as `2026-11-05T12:00:00Z`. */
export function timeOf(seconds: number): string {
  return new Date(seconds * 1000).toISOString().replace('.000Z', 'Z');
}

/** When a published figure counts what comes late: a change, or word of one. */
export const lateFacts = ['at_once', 'monthly'] as const;
export type LateFacts = (typeof lateFacts)[number];

/** Environments that are production where an organisation says nothing else; whether in capitals doesn't matter. */
export const productionEnvironments: readonly string[] = ['prod', 'production', 'live'];

export function isProduction({
  environment,
  production,
}: Pick<Deployment, 'environment' | 'production'>): boolean {
  return production ?? productionEnvironments.includes(environment.toLowerCase());
}

/**
 * Marks deployments by the environments that are production, where their names alone would say something else. `*` in a
 * name is any text (`patternMatcher`); whether in capitals doesn't matter.
 */
export function markProduction(names: readonly string[]): (deployment: Deployment) => Deployment {
  const patterns = names.map((name) => patternMatcher(name.toLowerCase()));
  return (deployment) => {
    const environment = deployment.environment.toLowerCase();
    const production = patterns.some((matches) => matches(environment));
    return production === isProduction(deployment) ? deployment : { ...deployment, production };
  };
}

export function succeeded(result: string): boolean {
  return /^(success|succeeded|successful|passed)$/i.test(result);
}
