import { Fragment, useId } from "react";
import { t } from "../texts";
import "./explained.css";
import { partsOf } from "./terms";

/** A text whose short words of the trade can be tapped to learn what they mean. */
export function Explained({ text, labels }: { text: string; labels?: string }) {
  return partsOf(text, t.glossary).map(({ term, text: part }, index) => {
    const key = `${index}${part}`;
    if (term) return <Term key={key} word={part} about={t.glossary[term] ?? ""} />;
    return labels ? (
      <label key={key} htmlFor={labels}>
        {part}
      </label>
    ) : (
      <Fragment key={key}>{part}</Fragment>
    );
  });
}

function Term({ word, about }: { word: string; about: string }) {
  const id = useId();
  return (
    <>
      <button type="button" className="term" popoverTarget={id}>
        {word}
      </button>
      <span id={id} popover="auto" className="term-about" role="note">
        <strong>{word}</strong> {about}
      </span>
    </>
  );
}
