import { NativeSelect, TextInput } from '@mantine/core';
import { useDebouncedCallback, useMediaQuery } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import type { Facet, Facets } from '../../api/types.ts';
import { kindWord } from '../../components/entry-status.tsx';
import { Icon } from '../../components/icons.tsx';
import { formatCount } from '../../format/numbers.ts';
import { messages } from '../../messages/en.ts';
import { ActiveFilters } from './active-filters.tsx';
import styles from './filters.module.css';
import { facetsQuery } from './queries.ts';
import { type AuditSearch, activeFilters, dayField, type FilterName, instantOfDay } from './search.ts';

const words = messages.audit;

interface FiltersProps {
  readonly search: AuditSearch;
  readonly onChange: (name: FilterName, value: string) => void;
  readonly onClear: () => void;
}

/** Which entries are listed. Each choice goes into the address at once. */
export function Filters({ search, onChange, onClear }: FiltersProps) {
  const narrow = useMediaQuery('(max-width: 760px)', globalThis.innerWidth <= 760, {
    getInitialValueInEffect: false,
  });
  const fields = (
    <div className={styles.fields}>
      <TextSearch value={search.q ?? ''} onChange={(value) => onChange('q', value)} />
      <FacetFields search={search} onChange={onChange} />
      <DayFields search={search} onChange={onChange} />
    </div>
  );
  const active = activeFilters(search);
  return (
    <search className={styles.form}>
      {narrow ? (
        <details className={styles.details}>
          <summary>{words.filters(active.length)}</summary>
          {fields}
        </details>
      ) : (
        fields
      )}
      <ActiveFilters active={active} onRemove={(name) => onChange(name, '')} onClear={onClear} />
    </search>
  );
}

function TextSearch({
  value,
  onChange,
}: {
  readonly value: string;
  readonly onChange: (value: string) => void;
}) {
  const [text, setText] = useState(value);
  useEffect(() => setText(value), [value]);
  const search = useDebouncedCallback(onChange, 350);
  return (
    <TextInput
      className={styles.search}
      type="search"
      label={words.fields.q}
      placeholder={words.searchHint}
      leftSection={<Icon name="search" />}
      value={text}
      onChange={({ currentTarget }) => {
        setText(currentTarget.value);
        search(currentTarget.value.trim());
      }}
    />
  );
}

const facets = [
  ['decision', 'decisions'],
  ['policyId', 'policyIds'],
  ['repository', 'repositories'],
  ['assistant', 'assistants'],
  ['vendor', 'vendors'],
  ['model', 'models'],
  ['kind', 'kinds'],
] as const satisfies readonly (readonly [FilterName, keyof Facets])[];

const decisions: Readonly<Record<string, string>> = messages.status;

function optionLabel(name: FilterName, { value, count }: Facet): string {
  const word = name === 'decision' ? (decisions[value] ?? value) : name === 'kind' ? kindWord(value) : value;
  return `${word} (${formatCount(count)})`;
}

function FacetFields({ search, onChange }: Omit<FiltersProps, 'onClear'>) {
  const { data } = useQuery(facetsQuery);
  return facets.map(([name, facet]) => {
    const chosen = search[name] ?? '';
    const known = data?.[facet] ?? [];
    // A value from the address stays chosen even when no entry has it.
    const missing = chosen !== '' && !known.some(({ value }) => value === chosen);
    return (
      <NativeSelect
        key={name}
        label={words.fields[name]}
        value={chosen}
        onChange={({ currentTarget }) => onChange(name, currentTarget.value)}
        data={[
          { value: '', label: words.any },
          ...(missing ? [{ value: chosen, label: chosen }] : []),
          ...known.map((option) => ({ value: option.value, label: optionLabel(name, option) })),
        ]}
      />
    );
  });
}

function DayFields({ search, onChange }: Omit<FiltersProps, 'onClear'>) {
  return (
    <>
      <TextInput
        type="date"
        label={words.fields.from}
        value={dayField(search.from)}
        onChange={({ currentTarget }) => onChange('from', instantOfDay(currentTarget.value, 'first'))}
      />
      <TextInput
        type="date"
        label={words.fields.to}
        value={dayField(search.to)}
        onChange={({ currentTarget }) => onChange('to', instantOfDay(currentTarget.value, 'last'))}
      />
    </>
  );
}
