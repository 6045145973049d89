import { modelPrice, type PriceBook, type PriceRow, priceBook } from '@fairlead/core/money';
import type { Clock, Hash } from '@fairlead/core/ports';
import type { Program } from '@fairlead/core/program';
import { listPrice } from './seed-prices.ts';

/** The price book of each program; list prices are those of the moment it was first asked for. */
export type PriceBooks = (program: Program) => PriceBook;

export function createPriceBooks(hash: Hash, clock: Clock): PriceBooks {
  const books = new WeakMap<Program, PriceBook>();
  return (program) => {
    const known = books.get(program);
    if (known) return known;
    const book = priceBook(hash, pricesOf(program, clock.now()));
    books.set(program, book);
    return book;
  };
}

/** What models.yaml says comes first; the list price of the vendor's own address fills the gaps. */
function pricesOf(program: Program, now: number): PriceRow[] {
  const urls = new Map(program.vendors.map(({ id, baseUrl }) => [id, baseUrl]));
  return program.models.flatMap(({ vendor, id: model, price: own }) => {
    const url = urls.get(vendor);
    const price = own ? modelPrice(own, 'program') : url === undefined ? null : listPrice(url, model, now);
    return price ? [{ vendor, model, price }] : [];
  });
}
