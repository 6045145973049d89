export { type RandomFacts, randomFacts } from './random-facts.ts';
