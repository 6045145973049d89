/* Made by `npm run client` from the server's OpenAPI document; a test says when it is no longer current. */
export interface paths {
    "/api/assistant-token-keys/rotate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Sign assistants’ tokens with a new key */
        post: operations["rotateAssistantTokenKey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/assistant-tokens/{id}/revoke": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** End one token of an assistant (its jti) at once */
        post: operations["revokeAssistantToken"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/audit/entries": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Entries of the ledger, newest first */
        get: operations["listEntries"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/audit/entries/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One entry as it is stored, with what belongs to it */
        get: operations["getEntry"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/audit/entries/{id}/evidence": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The evidence file of an entry (`.tlog-proof`) */
        get: operations["entryEvidence"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/audit/entries/{id}/proof": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Proof that an entry is in the signed log, to be verified by the reader */
        get: operations["proveEntry"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/audit/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The newest 10,000 entries of a list as JSON lines or CSV; `x-fairlead-next` is the cursor of the rest */
        get: operations["exportEntries"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/audit/facets": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Values to filter by, with how many entries have them */
        get: operations["auditFacets"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/audit/people": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Say whose a pseudonym is; that it was asked becomes an entry first */
        post: operations["resolvePerson"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/audit/sessions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Sessions of assistants, the latest active first */
        get: operations["listSessions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/audit/sessions/{session}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The calls of a session, oldest first; of very long ones the last 1000 */
        get: operations["getSession"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/audit/views": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Saved filters: your own, and those shared with a role of yours */
        get: operations["listViews"];
        put?: never;
        /** Save filters under a name, for yourself or for everybody with a role */
        post: operations["saveView"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/audit/views/{id}/remove": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Remove a view of your own */
        post: operations["removeView"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/baselines": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Put a baseline into the ledger, where gates look for it */
        post: operations["sealBaseline"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/budgets": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Budgets of the present period, and keys that are paused */
        get: operations["listBudgets"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/collection": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What is read from the git host, and how far that has come */
        get: operations["collectionStatus"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/content": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whether content of calls is kept, and how that goes */
        get: operations["contentStatus"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/content/erase": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Erase content with its salts; entries and their proofs stay as they are */
        post: operations["eraseContent"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/content/read": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** What was sent and received in a call; that it was asked becomes an entry first */
        post: operations["readContent"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/controls": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Every control of the program with its measured state */
        get: operations["listControls"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/delivery/baselines": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Sealed baselines, newest first; figures for those who can read the repository or the ledger */
        get: operations["listBaselines"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/delivery/changes/{host}/{owner}/{name}/{number}/timeline": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The life of one change, for those who can read its repository */
        get: operations["changeTimeline"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/delivery/definitions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What each figure means: formula, unit, window, smallest n, owner, source */
        get: operations["deliveryDefinitions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/delivery/health": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How complete the facts are: sources, repositories, machines, people as counts */
        get: operations["deliveryHealth"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/delivery/kpis": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Figures of a window, each with definition, n, interval and coverage */
        get: operations["deliveryKpis"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/delivery/parts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How the time of a window’s merged changes was spent: sums of parts */
        get: operations["deliveryParts"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/delivery/people/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** What delivery facts hold of one person; that it was asked becomes an entry first */
        post: operations["exportPersonsDeliveryFacts"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/delivery/people/forget": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Take a person’s name out of delivery facts for good; figures stay as they are */
        post: operations["forgetPerson"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/devices": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Every enrolled device, newest first */
        get: operations["listDevices"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/devices/{id}/revoke": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** End a device’s login and all its tokens at once */
        post: operations["revokeDevice"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/enrolment-codes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Make a code that enrols one device of a person, within ten minutes */
        post: operations["issueEnrolmentCode"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/enrolments": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Turn a code into the login of a device */
        post: operations["enrolDevice"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Server-sent events: `head` with size and signedSize; a comment every 15 seconds */
        get: operations["liveUpdates"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/holds": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Legal holds that stand, oldest first */
        get: operations["listHolds"];
        put?: never;
        /** Put a legal hold on the record: what it covers is not pruned, does not expire and is not erased */
        post: operations["placeHold"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/holds/{id}/release": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Lift a legal hold; what is over by then goes with the next run */
        post: operations["releaseHold"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/hooks/github": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Take a delivery of a GitHub webhook, signed with the secret they share */
        post: operations["receiveGithubWebhook"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/incidents": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Report an incident of production, or what has become of it */
        post: operations["reportIncident"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Every key, newest first */
        get: operations["listKeys"];
        put?: never;
        /** Issue a key */
        post: operations["issueKey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/keys/{id}/resume": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Let a paused key go on */
        post: operations["resumeKey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/keys/{id}/revoke": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Revoke a key at once */
        post: operations["revokeKey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/keys/{id}/rotate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Replace a key by one with the same binding */
        post: operations["rotateKey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/ledger/prune": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Remove the bytes of old calls, or say what would go; never what the program’s retention still needs */
        post: operations["pruneLedger"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/me": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who calls, and what they may do */
        get: operations["me"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/me/delivery": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What delivery facts hold of whoever asks */
        get: operations["myDeliveryFacts"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/openapi.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** This document */
        get: operations["openapi"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/overview": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Calls, refusals, spend and the state of the ledger */
        get: operations["overview"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/program": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The program in force */
        get: operations["program"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/retention": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How long what is recorded is kept, and what the last run did */
        get: operations["retentionStatus"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/retention/run": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Delete now what is over by the program’s retention; it is done every day by itself */
        post: operations["runRetention"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/run/terms": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** What a run in these repositories may do, before anything is started */
        post: operations["runTerms"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/run/tokens": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Mint a token for an assistant in these repositories */
        post: operations["mintToken"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/run/tokens/end": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** End a token of this device, when its run is over */
        post: operations["endToken"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/sign-in": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Redeem a sign-in link, from a page of the console */
        post: operations["signIn"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/sign-in/links": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Make a link that signs a person in once, within five minutes */
        post: operations["issueSignInLink"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/sign-out": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** End the own session; nothing happens to a token */
        post: operations["signOut"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/streams": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Where entries are sent, and how far each stream has come */
        get: operations["listStreams"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/tokens": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Every control-plane token, newest first */
        get: operations["listTokens"];
        put?: never;
        /** Issue a control-plane token */
        post: operations["issueToken"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/tokens/{id}/revoke": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Revoke a control-plane token at once */
        post: operations["revokeToken"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/healthz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The process answers */
        get: operations["health"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/log/checkpoint": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The last signed checkpoint */
        get: operations["logCheckpoint"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/log/consistency/{*}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A consistency proof: <from>/<to> */
        get: operations["logConsistency"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/log/tile/{*}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A tile of hashes */
        get: operations["logTile"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/log/tile/entries/{*}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A bundle of entries */
        get: operations["logEntries"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/log/vkey": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The log's verifier key */
        get: operations["logVkey"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/metrics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Prometheus metrics */
        get: operations["metrics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/readyz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Calls are admitted: the ledger is healthy and no drain runs */
        get: operations["readiness"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        Budget: {
            id: string;
            /** @description Micro-dollars */
            limit: number;
            name: string;
            /** @description Micro-dollars */
            overrun: number;
            period: string;
            periodEnd: string | null;
            periodStart: string | null;
            /** @description Micro-dollars */
            reserved: number;
            scope: string;
            /** @description Micro-dollars */
            settled: number;
        };
        ChangeTimeline: {
            /** @description host/owner/name#number. */
            change: string;
            clock: string;
            /** @description Null unless merged, and as `total`. */
            cycle_time: number | null;
            definition: string;
            readonly flags: string[];
            /** @description Null unless deployed, see `state`, and as `total`. */
            lead_time: number | null;
            /** @description They add up to `total`. Null is what the source of the change doesn’t know; `flags` say so. */
            parts: {
                closed: number | null;
                coding: number | null;
                deploy: number | null;
                draft: number | null;
                merge_wait: number | null;
                pickup: number | null;
                review: number | null;
                unreviewed: number | null;
            };
            /** @enum {string} */
            state: "deployed" | "pending" | "not_applicable";
            /** @enum {string} */
            status: "open" | "merged" | "closed";
            t: {
                approved: string | null;
                deployed: string | null;
                end: string | null;
                firstReview: string | null;
                merged: string | null;
                opened: string | null;
                start: string | null;
            };
            /** @description Null where it isn’t known when work began. */
            total: number | null;
        };
        CollectionStatus: {
            /** @description Points of the host’s limit */
            budget: {
                limit: number;
                remaining: number;
                resetAt: string;
            } | null;
            /** @description End of the last round that read everything */
            completeAt: string | null;
            doing: string | null;
            host: string | null;
            /** @description RFC 3339 UTC */
            nextAt: string | null;
            repositories: {
                /** @description Facts */
                added: number;
                changed: number;
                /** @description Read in the last round, as all that follow */
                changes: number;
                deployments: number;
                /** @description Code of the error that ended its turn */
                failure: string | null;
                forgotten: number;
                incidents: number;
                /** @description Deployments of which it was found out what they brought */
                ranges: number;
                /** @description Closed changes read again at random, once a day */
                rechecked: {
                    differed: number;
                    read: number;
                } | null;
                /** @description The name that the program gives */
                renamedFrom?: string;
                repository: string;
                /** @description RFC 3339 UTC */
                upTo: string | null;
            }[];
            /** @enum {string} */
            state: "off" | "reading" | "waiting" | "elsewhere";
        };
        Control: {
            evidence: {
                entryId: string;
            } | null;
            frameworks: string[];
            /** @description How the state is known */
            how: string;
            id: string;
            owner: string;
            since: string | null;
            /** @enum {string} */
            state: "enforced" | "observed" | "off" | "unknown";
            title: string;
            where: ("gateway" | "hook" | "editor" | "ci" | "api")[];
        };
        EntryRow: {
            /** @description Pseudonym */
            actor: string | null;
            assistant: string | null;
            costMicroUsd: number | null;
            dataClasses: string[];
            decision: ("allow" | "deny" | "redact") | null;
            id: string;
            /** @description Position in the log, from 0 */
            index: number;
            /** @description decision, outcome, recovery, repeat, config, admin */
            kind: string;
            model: string | null;
            /** @description Operation: joins a decision and its outcome */
            op: string | null;
            origin: string;
            outcome: string | null;
            policyIds: string[];
            repository: string | null;
            session: string | null;
            /** @description Vendor's HTTP status */
            status: number | null;
            /** @description One sentence */
            title: string;
            /** @description RFC 3339 UTC */
            ts: string;
            vendor: string | null;
        };
        Error: {
            error: {
                /** @description See errors.md */
                code: string;
                /** @description What to do about it */
                fix: string;
                message: string;
                place?: {
                    column?: number;
                    file?: string;
                    line?: number;
                    path?: string;
                };
            };
        };
        KpiDefinition: {
            /** @description False: it reads `unknown: source not connected` */
            connected: boolean;
            formula: string;
            id: string;
            minimumN: number;
            owner: string;
            source: string;
            unit: string;
            version: string;
            window: string;
        };
        KpiRow: {
            /** @description Share of the changes it is about for which it is known. */
            coverage: number | null;
            /** @description Day, UTC. */
            from: string;
            /** @description `all`, `team:…`, `repository:…`, `week:…` or `stage:…`; never a person. */
            group: string;
            hi: number | null;
            /** @description Id of its definition. */
            kpi: string;
            /** @description 95 % interval; null where `method` says that there is none. */
            lo: number | null;
            /** @description How the interval was computed. */
            method: string;
            /** @description Sources that it is unknown for want of: never heard of, and not to be done without. */
            readonly missing: string[];
            /** @description Changes it is computed from. */
            n: number | null;
            /** @description Why it is unknown or not shown, or what to know of it. */
            note: string;
            /** @description Why it has no value, as a code; null where it has one. */
            reason: ("not_connected" | "nothing" | "few_people" | "few_known" | "small_rate" | "only_merged" | "not_reached" | "too_early" | "not_by_group" | "no_divisor" | "usage_unknown" | "unpublished") | null;
            /** @description Not shown: too few people or changes. */
            suppressed: boolean;
            /** @description Not part of the window: the bounds of whole publication atoms. */
            to: string;
            unit: string;
            value: number | null;
            /** @description Of the definition: another meaning is another version. */
            version: string;
        };
        LegalHold: {
            by: string;
            /** @description It covers what was recorded from then on; null: everything */
            from: string | null;
            id: string;
            reason: string;
            since: string;
        };
        PartsRow: {
            coverage: number | null;
            definition: string;
            /** @description Day, UTC. */
            from: string;
            group: string;
            n: number | null;
            note: string;
            /** @description Sums over the changes; they add up to `total`. */
            parts: {
                /** @description Seconds. */
                closed: number;
                /** @description Seconds. */
                coding: number;
                /** @description Seconds. */
                deploy: number;
                /** @description Seconds. */
                draft: number;
                /** @description Seconds. */
                merge_wait: number;
                /** @description Seconds. */
                pickup: number;
                /** @description Seconds. */
                review: number;
                /** @description Seconds. */
                unreviewed: number;
            } | null;
            suppressed: boolean;
            /** @description Day, UTC. */
            to: string;
            total: number | null;
        };
        Reason: {
            advice: string;
            policyId: string;
            severity: string;
            title: string;
        };
        RetentionStatus: {
            classes: {
                contentDays: number | null;
                dataClass: string;
                ledgerDays: number | null;
            }[];
            contentDays: number | null;
            enforce: boolean;
            /** @description Legal holds that stand. */
            holds: number;
            lastRun: {
                /** @description RFC 3339, UTC. */
                at: string;
                by: string;
                /** @description Entries that lost their bytes. */
                entries: number;
                /** @description Codes of errors. */
                readonly failed: string[];
                /** @description Ids of the legal holds that stood. */
                readonly holds: string[];
                inputs: number;
                items: number;
                /** @description The minimum index of the ledger; null where it is not pruned. */
                minimum: number | null;
                /** @description Periods of kept content whose keys were destroyed. */
                periods: number;
                /** @description Rows that the read model lost. */
                rows: number;
                stopped: boolean;
            } | null;
            /** @description Null where the program says nothing. */
            ledgerDays: number | null;
            /** @description Below this index calls have no bytes any more. */
            minimum: number;
        };
        SavedView: {
            filter: {
                actor?: string;
                assistant?: string;
                /** @enum {string} */
                decision?: "allow" | "deny" | "redact";
                /** Format: date-time */
                from?: string;
                kind?: string;
                model?: string;
                policyId?: string;
                q?: string;
                repository?: string;
                session?: string;
                /** Format: date-time */
                to?: string;
                vendor?: string;
            };
            id: string;
            name: string;
            own: boolean;
            /** @description Whose holders see it too */
            role: string | null;
            savedAt: string;
        };
        SealedBaseline: {
            at: string;
            changes: number;
            /** @description Null where its entry is older than this */
            definitions: string | null;
            digest: string;
            /** @description How often it was sealed before */
            earlier: number;
            /** @description Null for who can read neither the repository nor the ledger */
            figures: {
                coverage: number | null;
                hi: number | null;
                kpi: string;
                lo: number | null;
                /** @description Null where its entry is older than intervals in it */
                method: string | null;
                n: number | null;
                value: number | null;
                version: string;
            }[] | null;
            from: string;
            /** @description Of its entry */
            id: string;
            /** @description Sealed again since */
            replaced: boolean;
            status: string;
            /** @description host/owner/name */
            subject: string;
            to: string;
        };
        SessionRow: {
            actor: string | null;
            assistant: string | null;
            calls: number;
            costMicroUsd: number | null;
            lastAt: string;
            refused: number;
            repositories: string[];
            session: string;
            startedAt: string;
            tokens: {
                input: number;
                output: number;
            };
        };
        Stream: {
            /** @description RFC 3339 UTC */
            deliveredAt: string | null;
            /** @description RFC 3339 UTC */
            failingSince: string | null;
            failure: string | null;
            /** @enum {string} */
            format: "jsonl" | "ocsf";
            /** @description Signed entries that were not confirmed yet */
            lagEntries: number;
            /** @description Age of the oldest of them */
            lagSeconds: number;
            name: string;
            /** @description Index of the entry to send next */
            next: number;
            /** @enum {string} */
            state: "current" | "behind" | "failing" | "elsewhere" | "off";
            /** @enum {string} */
            to: "file" | "webhook";
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    rotateAssistantTokenKey: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /**
                     * @description End every token in use.
                     * @default false
                     */
                    atOnce?: boolean;
                };
            };
        };
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        kid: string;
                    };
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    revokeAssistantToken: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @default  */
                    reason?: string;
                };
            };
        };
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {boolean} */
                        ok: true;
                    };
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    listEntries: {
        parameters: {
            query?: {
                actor?: string;
                assistant?: string;
                cursor?: string;
                decision?: "allow" | "deny" | "redact";
                from?: string;
                kind?: "decision" | "outcome" | "recovery" | "repeat" | "config" | "admin";
                limit?: number;
                model?: string;
                policyId?: string;
                /** @description Words; the last one may be a beginning */
                q?: string;
                repository?: string;
                session?: string;
                /** @description Exclusive */
                to?: string;
                vendor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        entries: components["schemas"]["EntryRow"][];
                        /** @description Cursor of the next page */
                        next: string | null;
                        /** @description Entries in the ledger */
                        size: number;
                    };
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    getEntry: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        entry: {
                            [key: string]: unknown;
                        };
                        reasons: components["schemas"]["Reason"][];
                        related: components["schemas"]["EntryRow"][];
                        row: components["schemas"]["EntryRow"];
                    };
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    entryEvidence: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The file */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": string;
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    proveEntry: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description Signed note */
                        checkpoint: string;
                        /** @description Base64 */
                        entry: string;
                        index: number;
                        path: string[];
                        /** @description Of the tree under the checkpoint */
                        size: number;
                        vkey: string;
                    };
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    exportEntries: {
        parameters: {
            query: {
                actor?: string;
                assistant?: string;
                cursor?: string;
                decision?: "allow" | "deny" | "redact";
                format: "jsonl" | "csv";
                from?: string;
                kind?: "decision" | "outcome" | "recovery" | "repeat" | "config" | "admin";
                model?: string;
                policyId?: string;
                /** @description Words; the last one may be a beginning */
                q?: string;
                repository?: string;
                session?: string;
                /** @description Exclusive */
                to?: string;
                vendor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The file */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/jsonl": string;
                    "text/csv": string;
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    auditFacets: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        assistants: {
                            count: number;
                            value: string;
                        }[];
                        decisions: {
                            count: number;
                            value: string;
                        }[];
                        kinds: {
                            count: number;
                            value: string;
                        }[];
                        models: {
                            count: number;
                            value: string;
                        }[];
                        policyIds: {
                            count: number;
                            value: string;
                        }[];
                        repositories: {
                            count: number;
                            value: string;
                        }[];
                        vendors: {
                            count: number;
                            value: string;
                        }[];
                    };
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    resolvePerson: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    pseudonym: string;
                    purpose: string;
                };
            };
        };
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        name: string;
                        principal: string;
                    };
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    listSessions: {
        parameters: {
            query?: {
                cursor?: string;
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        next: string | null;
                        sessions: components["schemas"]["SessionRow"][];
                    };
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    getSession: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                session: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: {
                            outcome: {
                                costMicroUsd: number | null;
                                firstByteMs: number | null;
                                latencyMs: number | null;
                                outcome: string;
                                status: number | null;
                                usage: ({
                                    cacheReadTokens: number;
                                    cacheWriteTokens: number;
                                    inputTokens: number;
                                    outputTokens: number;
                                } & {
                                    [key: string]: unknown;
                                }) | null;
                            } | null;
                            row: components["schemas"]["EntryRow"];
                        }[];
                        summary: components["schemas"]["SessionRow"];
                    };
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    listViews: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SavedView"][];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    saveView: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    filter: {
                        actor?: string;
                        assistant?: string;
                        /** @enum {string} */
                        decision?: "allow" | "deny" | "redact";
                        /** Format: date-time */
                        from?: string;
                        /** @enum {string} */
                        kind?: "decision" | "outcome" | "recovery" | "repeat" | "config" | "admin";
                        model?: string;
                        policyId?: string;
                        q?: string;
                        repository?: string;
                        session?: string;
                        /** Format: date-time */
                        to?: string;
                        vendor?: string;
                    };
                    name: string;
                    /** @default null */
                    role?: string | null;
                };
            };
        };
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SavedView"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    removeView: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        removed: boolean;
                    };
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    sealBaseline: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    changes: number;
                    /** @enum {string} */
                    definitions: "timeline/v1" | "timeline/v1, working time";
                    /** @description Of the baseline as it was printed, unsealed */
                    digest: string;
                    figures: {
                        coverage: number | null;
                        hi: number | null;
                        kpi: string;
                        lo: number | null;
                        method: string;
                        n: number | null;
                        value: number | null;
                        version: string;
                    }[];
                    /**
                     * @description As its figures say; another one is refused
                     * @enum {string}
                     */
                    status: "full" | "partial";
                    /** @description host/owner/name */
                    subject: string;
                    /** @description Whole weeks from Monday on; `to` isn’t part of it */
                    window: {
                        from: string;
                        to: string;
                    };
                };
            };
        };
        responses: {
            /** @description Default Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        at: string;
                        digest: string;
                        id: string;
                    };
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    listBudgets: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        pausedKeys: {
                            keyId: string;
                            reason: string;
                            since: string | null;
                        }[];
                        priceVersion: string | null;
                        rows: components["schemas"]["Budget"][];
                    };
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    collectionStatus: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CollectionStatus"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    contentStatus: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        failure: string | null;
                        items: number | null;
                        /** @description Since the start. */
                        notKept: number;
                        /** @enum {string} */
                        state: "off" | "on" | "broken";
                        waitingBytes: number;
                    };
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    eraseContent: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    reason: string;
                    subject: {
                        /** @enum {string} */
                        kind: "op";
                        /** Format: uuid */
                        value: string;
                    } | {
                        /** @enum {string} */
                        kind: "session";
                        value: string;
                    } | {
                        /** @enum {string} */
                        kind: "pseudonym";
                        value: string;
                    } | {
                        /** @enum {string} */
                        kind: "period";
                        value: string;
                    } | {
                        /** @enum {string} */
                        kind: "before";
                        /** Format: date */
                        value: string;
                    };
                };
            };
        };
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: number;
                    };
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    readContent: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** Format: uuid */
                    op: string;
                    purpose: string;
                };
            };
        };
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description Base64; SHA-256 of salt and content is the commitment in the entry. */
                        request: {
                            content: string;
                            salt: string;
                        } | null;
                        /** @description Base64; SHA-256 of salt and content is the commitment in the entry. */
                        response: {
                            content: string;
                            salt: string;
                        } | null;
                    };
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    listControls: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Control"][];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    listBaselines: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SealedBaseline"][];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    changeTimeline: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                host: string;
                name: string;
                number: number;
                owner: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ChangeTimeline"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    deliveryDefinitions: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["KpiDefinition"][];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    deliveryHealth: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description Facts that are dated more than a day ahead */
                        ahead: {
                            count: number;
                            /** @description The first of them. */
                            readonly facts: {
                                /** @description RFC 3339, UTC. */
                                at: string;
                                /** @description `host/owner/name#12` of a change, otherwise its id. */
                                name: string;
                                /** @enum {string} */
                                type: "change" | "event" | "commit" | "deployment" | "incident";
                            }[];
                        };
                        /** @description RFC 3339, UTC. */
                        asOf: string;
                        /** @description Accounts of machines */
                        bots: string[];
                        /** @enum {string} */
                        origin: "live" | "demo";
                        people: {
                            known: number;
                            /** @description Whose login is no member’s id in teams.yaml */
                            unmapped: number;
                        };
                        repositories: {
                            /** @description In the program */
                            listed: number;
                            /** @description With facts, and not in the program */
                            unlisted: string[];
                            withFacts: number;
                            without: string[];
                        };
                        restating: {
                            /**
                             * @description When published figures count what comes late
                             * @enum {string}
                             */
                            lateFacts: "at_once" | "monthly";
                            /** @description The first question from then on counts everything */
                            nextRestatement: string | null;
                            /** @description When figures counted everything last */
                            restatedAt: string | null;
                            /** @description Changes of which a published figure doesn’t count yet what came late */
                            waiting: number;
                        };
                        sources: {
                            connected: boolean;
                            /** @description Share of the changes, or repositories, of which it is known */
                            coverage: number | null;
                            facts: number | null;
                            /** @description Age of the newest fact */
                            lagSeconds: number | null;
                            newest: string | null;
                            /** @description With any of its facts */
                            repositories: number | null;
                            source: string;
                        }[];
                        unknownLinks: {
                            /** @description Links of incidents to a change or a deployment that is not known */
                            count: number;
                            /** @description The first of them, by incident */
                            links: {
                                incident: string;
                                /** @enum {string} */
                                kind: "change" | "deployment";
                                /** @description As the incident names it */
                                name: string;
                                /** @enum {string} */
                                rel: "caused_by" | "fixed_by";
                            }[];
                        };
                    };
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    deliveryKpis: {
        parameters: {
            query: {
                by?: "team" | "repository" | "week" | "month" | "stage";
                /** @description First day, UTC */
                from: string;
                /** @description The day after the window */
                to: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        asOf: string;
                        /**
                         * @description `demo`: made up, by a simulation
                         * @enum {string}
                         */
                        origin: "live" | "demo";
                        rows: components["schemas"]["KpiRow"][];
                    };
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    deliveryParts: {
        parameters: {
            query: {
                by?: "team" | "repository" | "week" | "month" | "stage";
                /** @description First day, UTC */
                from: string;
                /** @description The day after the window */
                to: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        asOf: string;
                        /**
                         * @description `demo`: made up, by a simulation
                         * @enum {string}
                         */
                        origin: "live" | "demo";
                        rows: components["schemas"]["PartsRow"][];
                    };
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    exportPersonsDeliveryFacts: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description Logins at git hosts, addresses in commits, or ids of members of the program */
                    accounts: string[];
                    purpose: string;
                };
            };
        };
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        accounts: {
                            account: string;
                            forgotten: boolean;
                            pseudonym: string | null;
                        }[];
                        /** @description As they are kept; of everybody else nothing is shown */
                        facts: ({
                            type: string;
                        } & {
                            [key: string]: unknown;
                        })[];
                        /** @description There are more */
                        isCut: boolean;
                    };
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    forgetPerson: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description Logins at git hosts, addresses in commits, or ids of members of the program */
                    accounts: string[];
                    reason: string;
                };
            };
        };
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description Accounts that had been forgotten before */
                        before: number;
                        /** @description Accounts of which facts were known */
                        known: number;
                        /** @description Changes whose branch was named after the person */
                        renamed: number;
                    };
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    listDevices: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        createdAt: string;
                        expiresAt: string;
                        id: string;
                        name: string;
                        principal: string;
                        repositories: string[] | null;
                        revokedAt: string | null;
                    }[];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    revokeDevice: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @default  */
                    reason?: string;
                };
            };
        };
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {boolean} */
                        ok: true;
                    };
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    issueEnrolmentCode: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /**
                     * Format: date-time
                     * @description RFC 3339, such as 2030-01-31T12:00:00Z
                     */
                    loginExpiresAt: string;
                    principal: string;
                    repositories?: string[];
                };
            };
        };
        responses: {
            /** @description Default Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        code: string;
                        expiresAt: string;
                        id: string;
                    };
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    enrolDevice: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    code: string;
                    /** @default  */
                    name?: string;
                };
            };
        };
        responses: {
            /** @description Default Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        expiresAt: string;
                        id: string;
                        login: string;
                        principal: string;
                    };
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    liveUpdates: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Events */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": unknown;
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    listHolds: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LegalHold"][];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    placeHold: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @default null */
                    from?: (string) | null;
                    id: string;
                    reason: string;
                };
            };
        };
        responses: {
            /** @description Default Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LegalHold"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    releaseHold: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    reason: string;
                };
            };
        };
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {boolean} */
                        ok: true;
                    };
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    receiveGithubWebhook: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        outcome: "taken" | "repeated" | "ignored";
                    };
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    reportIncident: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description As the reporting system names it; the same id again replaces the report */
                    id: string;
                    links?: {
                        /** @description `owner/name#12`, `host/owner/name#12` or its address */
                        change?: string;
                        /** @description Id of a deployment */
                        deployment?: string;
                        /** @enum {string} */
                        rel: "caused_by" | "fixed_by";
                    }[];
                    /**
                     * Format: date-time
                     * @description startedAt when absent
                     */
                    reportedAt?: string;
                    /** Format: date-time */
                    resolvedAt?: string;
                    /** @description It turned out to be no incident */
                    retracted?: boolean;
                    /** @description As deployments name it; `host/owner/name` for a host’s own */
                    service?: string;
                    /** @description 1 is the worst; 3 when absent */
                    severity?: number;
                    /** Format: date-time */
                    startedAt: string;
                    /**
                     * Format: date-time
                     * @description An older one than the known changes nothing
                     */
                    updatedAt?: string;
                };
            };
        };
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: string;
                        /** @enum {string} */
                        outcome: "added" | "changed" | "unchanged";
                    };
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    listKeys: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        assistant: string;
                        /** @description Repositories of the key that no team of its holder owns or lists. */
                        beyondGrants: string[];
                        createdAt: string;
                        device: string | null;
                        expiresAt: string;
                        id: string;
                        label: string | null;
                        principal: string;
                        repositories: string[];
                        revokedAt: string | null;
                        vendor: string | null;
                    }[];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    issueKey: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    assistant: string;
                    device?: string;
                    /**
                     * Format: date-time
                     * @description RFC 3339, such as 2030-01-31T12:00:00Z
                     */
                    expiresAt: string;
                    label?: string;
                    principal: string;
                    repositories: string[];
                    vendor?: string;
                };
            };
        };
        responses: {
            /** @description Default Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description Repositories of it that no team of its holder owns or lists. */
                        beyondGrants: string[];
                        /** @description RFC 3339, UTC. */
                        expiresAt: string;
                        id: string;
                        /** @description Shown once; Fairlead keeps only its hash. */
                        key: string;
                    };
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    resumeKey: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    reason: string;
                };
            };
        };
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {boolean} */
                        ok: true;
                    };
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    revokeKey: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @default  */
                    reason?: string;
                };
            };
        };
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {boolean} */
                        ok: true;
                    };
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    rotateKey: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /**
                     * Format: date-time
                     * @description RFC 3339, such as 2030-01-31T12:00:00Z
                     */
                    expiresAt: string;
                };
            };
        };
        responses: {
            /** @description Default Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description Repositories of it that no team of its holder owns or lists. */
                        beyondGrants: string[];
                        /** @description RFC 3339, UTC. */
                        expiresAt: string;
                        id: string;
                        /** @description Shown once; Fairlead keeps only its hash. */
                        key: string;
                    };
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    pruneLedger: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /**
                     * @description Null: what is over by the program’s retention
                     * @default null
                     */
                    before?: (string) | null;
                    dryRun: boolean;
                };
            };
        };
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        dryRun: boolean;
                        entries: number;
                        /** @description Of the legal holds that stood */
                        holds: string[];
                        /** @description Not known beforehand */
                        inputs: number | null;
                        minimum: number;
                        /** @description A hold was placed meanwhile */
                        stopped: boolean;
                    };
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    me: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description Administrative actions that this caller may take */
                        actions: string[];
                        /** @description When this ends if nothing more is asked */
                        expiresAt: string | null;
                        name: string;
                        /** @description Member id; null for tokens and the operator */
                        principal: string | null;
                        /** @description Repositories whose changes this person may look at */
                        repositories: string[];
                        roles: string[];
                        /** @enum {string} */
                        via: "session" | "token" | "operator";
                    };
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    myDeliveryFacts: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        accounts: {
                            account: string;
                            forgotten: boolean;
                            pseudonym: string | null;
                        }[];
                        /** @description As they are kept; of everybody else nothing is shown */
                        facts: ({
                            type: string;
                        } & {
                            [key: string]: unknown;
                        })[];
                        /** @description There are more */
                        isCut: boolean;
                    };
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    openapi: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    overview: {
        parameters: {
            query?: {
                window?: "24h" | "7d" | "30d";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        asOf: string;
                        assistants: {
                            calls: number;
                            id: string;
                            refused: number;
                        }[];
                        calls: {
                            allowed: number;
                            failed: number;
                            refused: number;
                            total: number;
                        };
                        coverageNotes: string[];
                        findings: {
                            class: string;
                            count: number;
                        }[];
                        from: string;
                        ledger: {
                            checkpointAt: string | null;
                            healthy: boolean;
                            signedSize: number;
                            size: number;
                        };
                        recent: components["schemas"]["EntryRow"][];
                        refusals: {
                            advice: string;
                            count: number;
                            lastAt: string | null;
                            lastId: string | null;
                            policyId: string;
                            title: string;
                        }[];
                        repositories: {
                            calls: number;
                            id: string;
                            refused: number;
                        }[];
                        series: {
                            allowed: number;
                            at: string;
                            refused: number;
                        }[];
                        spend: {
                            microUsd: number;
                            unpricedCalls: number;
                        };
                        stage: {
                            id: string;
                            rank: number;
                        };
                        to: string;
                    };
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    program: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        activatedAt: string;
                        assistants: {
                            id: string;
                            name: string;
                        }[];
                        /** @description Digest of the program in force */
                        bundle: string;
                        /** @enum {string} */
                        engine: "compiled" | "cedar-wasm";
                        models: {
                            id: string;
                            vendor: string;
                        }[];
                        organisation: {
                            id: string;
                            name: string;
                        };
                        policies: {
                            advice: string;
                            control: string;
                            file: string;
                            id: string;
                            owner: string;
                            severity: string;
                            title: string;
                        }[];
                        principals: {
                            id: string;
                            /** @enum {string} */
                            kind: "human" | "service";
                            name: string;
                            roles: string[];
                            teams: string[];
                        }[];
                        repositories: {
                            allowlisted: boolean;
                            /** @enum {string} */
                            classification: "public" | "internal" | "confidential" | "restricted";
                            id: string;
                            team: string;
                        }[];
                        stage: {
                            id: string;
                            rank: number;
                        };
                        unsigned: boolean;
                        vendors: {
                            /** @enum {string} */
                            dialect: "openai" | "anthropic";
                            host: string;
                            id: string;
                            name: string;
                        }[];
                    };
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    retentionStatus: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RetentionStatus"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    runRetention: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": Record<string, never>;
            };
        };
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        by: string;
                        /** @description Entries that lost their bytes. */
                        entries: number;
                        /** @description Codes of errors. */
                        readonly failed: string[];
                        /** @description Ids of the legal holds that stood. */
                        readonly holds: string[];
                        inputs: number;
                        items: number;
                        /** @description The minimum index of the ledger; null where it is not pruned. */
                        minimum: number | null;
                        /** @description Periods of kept content whose keys were destroyed. */
                        periods: number;
                        /** @description Rows that the read model lost. */
                        rows: number;
                        stopped: boolean;
                    };
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    runTerms: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    assistant: string;
                    remotes: string[];
                };
            };
        };
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        assistant: string;
                        gateway: string;
                        mcpServers: {
                            command: string[] | null;
                            id: string;
                            url: string | null;
                        }[];
                        models: {
                            /** @enum {string} */
                            dialect: "openai" | "anthropic";
                            id: string;
                        }[];
                        repositories: string[];
                        /** @enum {string} */
                        repositoryEvidence: "token" | "claim";
                        tokenLifeSeconds: number;
                    };
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    mintToken: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    assistant: string;
                    remotes: string[];
                    /**
                     * @default refresh
                     * @enum {string}
                     */
                    use?: "refresh" | "session";
                };
            };
        };
        responses: {
            /** @description Default Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: string;
                        lifeSeconds: number;
                        repositories: string[];
                        token: string;
                    };
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    endToken: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    token: string;
                };
            };
        };
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {boolean} */
                        ok: true;
                    };
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    signIn: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    token: string;
                };
            };
        };
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        expiresAt: string;
                        me: {
                            /** @description Administrative actions that this caller may take */
                            actions: string[];
                            /** @description When this ends if nothing more is asked */
                            expiresAt: string | null;
                            name: string;
                            /** @description Member id; null for tokens and the operator */
                            principal: string | null;
                            /** @description Repositories whose changes this person may look at */
                            repositories: string[];
                            roles: string[];
                            /** @enum {string} */
                            via: "session" | "token" | "operator";
                        };
                        sessionToken: string;
                    };
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    issueSignInLink: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    principal: string;
                };
            };
        };
        responses: {
            /** @description Default Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        expiresAt: string;
                        url: string;
                    };
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    signOut: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {boolean} */
                        ok: true;
                    };
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    listStreams: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Stream"][];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    listTokens: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        createdAt: string;
                        expiresAt: string;
                        id: string;
                        label: string | null;
                        revokedAt: string | null;
                        /** @enum {string} */
                        scope: "admin" | "metrics" | "witness" | "audit" | "keys" | "incidents";
                    }[];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    issueToken: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /**
                     * Format: date-time
                     * @description RFC 3339, such as 2030-01-31T12:00:00Z
                     */
                    expiresAt: string;
                    label?: string;
                    /** @enum {string} */
                    scope: "admin" | "metrics" | "witness" | "audit" | "keys" | "incidents";
                };
            };
        };
        responses: {
            /** @description Default Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description RFC 3339, UTC. */
                        expiresAt: string;
                        id: string;
                        /** @enum {string} */
                        scope: "admin" | "metrics" | "witness" | "audit" | "keys" | "incidents";
                        /** @description Shown once; Fairlead keeps only its hash. */
                        token: string;
                    };
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    revokeToken: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @default  */
                    reason?: string;
                };
            };
        };
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {boolean} */
                        ok: true;
                    };
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    health: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        ok: boolean;
                    };
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    logCheckpoint: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The file */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": unknown;
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    logConsistency: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                "*": string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The file */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": unknown;
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    logTile: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                "*": string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The file */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/octet-stream": unknown;
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    logEntries: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                "*": string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The file */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/octet-stream": unknown;
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    logVkey: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The file */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": unknown;
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    metrics: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Metrics */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": string;
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    readiness: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        ok: boolean;
                    };
                };
            };
            /** @description Default Response */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        ok: boolean;
                    };
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
}
