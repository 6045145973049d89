import manifest from '../../../package.json' with { type: 'json' };

/** Version of this installation. */
export const fairleadVersion: string = manifest.version;
