import { CATEGORIES, type Category, type Filter } from './journal-entry.ts';

interface WireFilterProps {
  readonly filter: Filter;
  readonly onChange: (filter: Filter) => void;
}

export function WireFilter({ filter, onChange }: WireFilterProps) {
  function toggle(category: Category): void {
    const categories = new Set(filter.categories);
    if (!categories.delete(category)) categories.add(category);
    onChange({ ...filter, categories });
  }

  return (
    <search className="wire-filter">
      <input
        type="search"
        value={filter.text}
        aria-label="Filter the wire by text"
        placeholder="Filter…"
        title="Words, or fields of a frame: kind:typing surface:rest direction:in conversation:…"
        onChange={({ currentTarget: { value } }) => onChange({ ...filter, text: value })}
      />
      <fieldset>
        <legend className="unseen">Show only</legend>
        {CATEGORIES.map((category) => (
          <button
            key={category}
            type="button"
            className="quiet"
            aria-pressed={filter.categories.has(category)}
            onClick={() => toggle(category)}
          >
            {category}
          </button>
        ))}
      </fieldset>
    </search>
  );
}
