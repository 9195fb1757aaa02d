import {
  type ComponentProps,
  createContext,
  type ReactNode,
  useContext,
  useId,
  useRef,
  useState,
} from "react";
import { ApiProblem, fieldsOf } from "../api/problem";
import { t } from "../texts";
import { Button } from "./button";
import { Icon } from "./icon";
import { Wrong, wordsFor } from "./notice";

export type Values = Record<string, string>;

const Refused = createContext<{ field: string; text: string } | null>(null);

/** A form that sends its values once, and shows what the node refused beside the field that it is about. */
export function Form({
  children,
  submit,
  label,
  look = "primary",
  wide = false,
  aside,
}: {
  children: ReactNode;
  submit: (values: Values, form: HTMLFormElement) => Promise<unknown>;
  label: string;
  look?: "primary" | "danger" | "plain";
  wide?: boolean;
  aside?: ReactNode;
}) {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const form = useRef<HTMLFormElement>(null);
  const refused = error instanceof ApiProblem ? known(form.current, error) : null;
  const send = async (element: HTMLFormElement) => {
    setBusy(true);
    setError(null);
    try {
      await submit(valuesOf(element), element);
    } catch (problem) {
      setError(problem);
      focusRefused(element, problem);
    } finally {
      setBusy(false);
    }
  };
  return (
    <form
      ref={form}
      className="form"
      onSubmit={(event) => {
        event.preventDefault();
        if (!busy) void send(event.currentTarget);
      }}
      onInput={({ target }) => {
        if (target instanceof Element && target.getAttribute("name") === refused?.field) setError(null);
      }}
    >
      <Refused.Provider value={refused}>{children}</Refused.Provider>
      {error && !refused ? <Wrong error={error} /> : null}
      <div className="actions">
        <Button type="submit" look={look} busy={busy} className={wide ? "wide" : ""}>
          {label}
        </Button>
        {aside}
      </div>
    </form>
  );
}

function valuesOf(form: HTMLFormElement): Values {
  return Object.fromEntries([...new FormData(form)].map(([name, value]) => [name, String(value)]));
}

function known(form: HTMLFormElement | null, problem: ApiProblem) {
  const field = firstIn(form, fieldsOf(problem));
  if (field === undefined) return null;
  // Beside the field its name need not be said again.
  const known: Readonly<Record<string, string>> = t.form.misfits;
  return { field, text: known[String(problem.more.misfit)] ?? wordsFor(problem) };
}

function firstIn(form: HTMLFormElement | null, fields: readonly string[]): string | undefined {
  return fields.find((name) => form?.elements.namedItem(name));
}

function focusRefused(form: HTMLFormElement, problem: unknown) {
  const name = problem instanceof ApiProblem ? firstIn(form, fieldsOf(problem)) : undefined;
  const field = name === undefined ? null : form.elements.namedItem(name);
  if (field instanceof HTMLElement) field.focus();
}

/** What the node refused about a member that is no single control; nothing, if it refused something else. */
export function RefusedAt({ name }: { name: string }) {
  const refused = useContext(Refused);
  if (refused?.field !== name) return null;
  return (
    <span className="wrong" role="alert">
      <Icon name="broken" size={18} />
      {refused.text}
    </span>
  );
}

interface FieldProps extends Omit<ComponentProps<"input">, "id" | "className"> {
  name: string;
  label: string;
  hint?: string;
  look?: "code";
}

export function Field({ label, hint, look, ...input }: FieldProps) {
  return (
    <Labelled name={input.name} label={label} hint={hint}>
      {(told) => {
        const control = (
          <input
            {...input}
            {...told}
            data-first={input.autoFocus || undefined}
            className={`input ${look ?? ""}`}
          />
        );
        return input.type === "password" ? <Revealable id={told.id}>{control}</Revealable> : control;
      }}
    </Labelled>
  );
}

interface Told {
  id: string;
  "aria-invalid": true | undefined;
  "aria-describedby": string | undefined;
}

/** A control with its name, its hint and what the node refused about it. */
export function Labelled({
  name,
  label,
  hint,
  children,
}: {
  name: string;
  label: string;
  hint: string | undefined;
  children: (told: Told) => ReactNode;
}) {
  const id = useId();
  const refused = useContext(Refused);
  const text = refused?.field === name ? refused.text : null;
  const described = [hint ? `${id}-hint` : "", text ? `${id}-wrong` : ""].filter(Boolean).join(" ");
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      {children({
        id,
        "aria-invalid": text ? true : undefined,
        "aria-describedby": described || undefined,
      })}
      {hint ? (
        <span className="hint" id={`${id}-hint`}>
          {hint}
        </span>
      ) : null}
      {text ? (
        <span className="wrong" id={`${id}-wrong`} role="alert">
          <Icon name="broken" size={18} />
          {text}
        </span>
      ) : null}
    </div>
  );
}

/** WCAG 3.3.8: a password may be looked at and pasted. */
function Revealable({ id, children }: { id: string; children: ReactNode }) {
  const [shown, setShown] = useState(false);
  const toggle = () => {
    const input = document.getElementById(id);
    if (input instanceof HTMLInputElement) input.type = shown ? "password" : "text";
    setShown(!shown);
  };
  return (
    <div className="with-button">
      {children}
      <Button look="plain" aria-pressed={shown} aria-label={t.form.showPassword} onClick={toggle}>
        {shown ? t.form.hide : t.form.show}
      </Button>
    </div>
  );
}

export function Choice({
  label,
  hint,
  ...input
}: ComponentProps<"input"> & { label: string; hint?: string }) {
  return (
    <label className="choice">
      <input type="checkbox" {...input} />
      <span>
        {label}
        {hint ? <small>{hint}</small> : null}
      </span>
    </label>
  );
}
