/** How a figure comes from items, in code. */
export type Figure<Item> = {
  /** Items the figure is about; all without it. */
  readonly eligible?: (item: Item) => boolean;
  /** Those of which it is known; all without it. */
  readonly known?: (item: Item) => boolean;
  /** Of the known ones, those whose coverage counts; all without it. */
  readonly covered?: (item: Item) => boolean;
} /** Σ hit ÷ items; a hit may be a part of one. */ & (
  | { readonly kind: 'share'; readonly hit: (item: Item) => number }
  /** Σ numerator ÷ Σ denominator × scale; null while the denominator is 0. */
  | {
      readonly kind: 'ratio';
      readonly numerator: (item: Item) => number;
      readonly denominator: (item: Item) => number;
      readonly scale: number;
      /** The numerator counts happenings: after none at all there's a one-sided bound. */
      readonly counts?: true;
    }
  /** Of whole numbers below 2³², `per` of which make the unit. */
  | {
      readonly kind: 'quantile';
      readonly p: number;
      readonly per: number;
      readonly values: (item: Item) => readonly number[];
    }
  /** Rare happenings: Σ weights ÷ items × scale, with the exact interval of a Poisson count. */
  | { readonly kind: 'rare'; readonly weights: (item: Item) => readonly number[]; readonly scale: number }
  /** Happenings of the window that belong to no item: their count ÷ items × scale. */
  | { readonly kind: 'counted'; readonly scale: number }
);
