import type { FileForm } from "../../api/routes";
import { t } from "../../texts";

/** A whole file to begin with, made by the node from what it reads. */
export function Sample({ name, form }: { name: string; form: FileForm }) {
  return (
    <p className="quiet small">
      <a
        href={`data:text/csv;charset=utf-8,${encodeURIComponent(form.sample)}`}
        download={`sample-${name}.csv`}
      >
        {t.files.sample}
      </a>
      . {t.files.sampleAbout}
    </p>
  );
}

/** Which columns a file has, and what their cells hold. */
export function Columns({ form: { columns } }: { form: FileForm }) {
  return (
    <details className="maybe">
      <summary>{t.files.holds}</summary>
      <dl className="facts">
        {columns.map(({ name, about, required }) => (
          <div className="fact" key={name}>
            <dt>
              <span className="mono">{name}</span>
              {required ? " " : ""}
              {required ? <span className="badge grey">{t.files.required}</span> : null}
            </dt>
            <dd>
              <Marked text={about} />
            </dd>
          </div>
        ))}
      </dl>
      <p className="quiet small">{t.files.mayBeEmpty}</p>
    </details>
  );
}

/** Text in which `this` is what one types. */
function Marked({ text }: { text: string }) {
  return text.split("`").map((part, index) =>
    index % 2 ? (
      <span className="mono" key={String(index)}>
        {part}
      </span>
    ) : (
      part
    ),
  );
}
