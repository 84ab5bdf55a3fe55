import { keystrokeKindOf, type Typing } from '@backchannel/client/typing';
import { type ChangeEvent, type KeyboardEvent, useEffect, useId, useRef, useState } from 'react';

interface ComposerProps {
  readonly label: string;
  readonly placeholder: string;
  readonly disabled: boolean;
  readonly typing: Typing | undefined;
  readonly onSend: (text: string) => void;
  readonly onFocus?: (() => void) | undefined;
}

/**
 * Where one types. It tells `typing` facts and no text: that a key changed the draft and of which kind, that the draft is
 * empty again, that the person went elsewhere. What to send, and when, is decided behind it.
 */
export function Composer({ label, placeholder, disabled, typing, onSend, onFocus }: ComposerProps) {
  const [draft, setDraft] = useState('');
  const field = useRef<HTMLTextAreaElement>(null);
  const hint = useId();

  useEffect(() => {
    const hidden = () => {
      if (document.visibilityState === 'hidden') typing?.hidden();
    };
    document.addEventListener('visibilitychange', hidden);
    return () => document.removeEventListener('visibilitychange', hidden);
  }, [typing]);

  function changed(event: ChangeEvent<HTMLTextAreaElement>): void {
    const text = event.currentTarget.value;
    setDraft(text);
    if (text.trim() === '') {
      typing?.cleared();
      return;
    }
    const { inputType = '', data = null } = event.nativeEvent as InputEvent;
    const kind = keystrokeKindOf(inputType, data);
    if (kind !== undefined) typing?.keystroke(kind);
  }

  function send(): void {
    const text = draft.trim();
    if (text === '' || disabled) return;
    setDraft('');
    onSend(text);
    field.current?.focus();
  }

  function pressed(event: KeyboardEvent): void {
    // While an input method composes, Enter picks a candidate.
    if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    send();
  }

  return (
    <form
      className="composer"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <textarea
        ref={field}
        rows={1}
        value={draft}
        aria-label={label}
        aria-describedby={hint}
        placeholder={placeholder}
        onChange={changed}
        onKeyDown={pressed}
        onFocus={onFocus}
        onBlur={() => typing?.blurred()}
      />
      <span id={hint} className="unseen">
        Enter sends, Shift and Enter starts a new line.
      </span>
      <button type="submit" className="send" disabled={disabled || draft.trim() === ''}>
        Send
      </button>
    </form>
  );
}
