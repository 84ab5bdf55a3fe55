import { boolean, defaulted, guard, id, list, number, object, optional, text } from './reader.ts';

/** A time that a guest may take. */
export interface AvailableTime {
  /** ISO 8601. */
  readonly dateTime: string;
  readonly durationSeconds: number;
}

/** An offer of times (documented, GUEST-PICKERS). */
export interface DatePicker {
  /** Tells the components of a form apart. */
  readonly id?: string | undefined;
  readonly title?: string | undefined;
  readonly subtitle?: string | undefined;
  readonly availableTimes: readonly AvailableTime[];
}

/** One thing to pick. */
export interface PickerItem {
  readonly id: string;
  readonly title: string;
  readonly subtitle?: string | undefined;
  readonly imageUrl?: string | undefined;
  /** What it means, where the picker says it (wheel pickers alone). */
  readonly value?: string | undefined;
}

/** Things to pick, in sections; of some a guest may pick several (documented, GUEST-PICKERS). */
export interface ListPicker {
  readonly id?: string | undefined;
  readonly sections: readonly {
    readonly title: string;
    readonly multipleSelection: boolean;
    readonly items: readonly PickerItem[];
  }[];
}

/** One field of a form; which of the four it is says `formComponentType`. */
export interface FormComponent {
  readonly formComponentType?: string | undefined;
  readonly input?: FormInput | undefined;
  readonly datePicker?: DatePicker | undefined;
  readonly listPicker?: ListPicker | undefined;
  readonly wheelPicker?: { readonly id?: string | undefined; readonly items: readonly PickerItem[] } | undefined;
}

/** A line or a box of text in a form. */
export interface FormInput {
  readonly id: string;
  readonly title?: string | undefined;
  readonly isRequired: boolean;
  readonly isMultipleLine: boolean;
}

/** A form of one page or more (documented, GUEST-PICKERS). */
export interface Form {
  readonly cannedResponseId: string;
  readonly formPages: readonly {
    readonly title?: string | undefined;
    readonly subtitle?: string | undefined;
    readonly pageComponents: readonly FormComponent[];
  }[];
}

const pickerItem = object<PickerItem>({
  id,
  title: text,
  subtitle: optional(text),
  imageUrl: optional(text),
  value: optional(text),
});

interface WireTime {
  readonly dateTime: string;
  readonly duration: number;
}

const wireTime = object<WireTime>({ dateTime: text, duration: number });

const datePicker = object<DatePicker>({
  id: optional(text),
  title: optional(text),
  subtitle: optional(text),
  availableTimes: defaulted(
    list((value, path, report): AvailableTime => {
      const { dateTime, duration } = wireTime(value, path, report);
      return { dateTime, durationSeconds: duration };
    }),
    [],
  ),
});

const listPicker = object<ListPicker>({
  id: optional(text),
  sections: list(
    object<ListPicker['sections'][number]>({
      title: text,
      multipleSelection: boolean,
      items: list(pickerItem),
    }),
  ),
});

const form = object<Form>({
  cannedResponseId: id,
  formPages: defaulted(
    list(
      object<Form['formPages'][number]>({
        title: optional(text),
        subtitle: optional(text),
        pageComponents: defaulted(
          list(
            object<FormComponent>({
              formComponentType: optional(text),
              input: optional(
                object<FormInput>({ id, title: optional(text), isRequired: boolean, isMultipleLine: boolean }),
              ),
              datePicker: optional(datePicker),
              listPicker: optional(listPicker),
              wheelPicker: optional(object({ id: optional(text), items: list(pickerItem) })),
            }),
          ),
          [],
        ),
      }),
    ),
    [],
  ),
});

/** Reads what a `DatePicker` item of `content[]` holds. */
export const parseDatePicker = guard(datePicker);

/** Reads what a `ListPicker` item of `content[]` holds. */
export const parseListPicker = guard(listPicker);

/** Reads what a `Form` item of `content[]` holds. */
export const parseForm = guard(form);
