/** Is moved from number to number; what it shows is read from the columns when it's asked. */
export interface Reader<Item> {
  readonly item: Item;
  moveTo(number: number): void;
}
