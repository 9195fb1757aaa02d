import { useState } from "react";
import { t } from "../../texts";
import { Dialog } from "../../ui/dialog";
import { Field, Form, Labelled, type Values } from "../../ui/form";
import { Pick } from "../../ui/inputs";
import { ApiProblem } from "../../api/problem";
import { headerOf, unguessed } from "./table";
import { bring } from "./upload";

const HEAD_BYTES = 4_096;
const ACCEPTED = ".gpx,.kml,.geojson,.json,.nmea,.log,.txt,.csv,.tsv,.rec";

/** A file for a device. A table whose header cannot be guessed is asked about. */
export function Bring({
  id,
  brought,
  close,
}: {
  id: string;
  brought: () => Promise<unknown>;
  close: () => void;
}) {
  const [file, setFile] = useState<File | null>(null);
  const [header, setHeader] = useState<string[] | null>(null);
  const [dragged, setDragged] = useState(false);
  const [sent, setSent] = useState(0);
  const choose = async (chosen: File | undefined) => {
    setDragged(false);
    if (!chosen) return;
    setFile(chosen);
    setHeader(headerOf(await chosen.slice(0, HEAD_BYTES).text()));
  };
  const send = async ({ timezone = "UTC", ...said }: Values) => {
    if (!file?.size) throw new ApiProblem(0, "no-file", file ? t.files.empty : t.files.choose);
    const columns = Object.fromEntries(
      ["latitude", "longitude", "time"].flatMap((name) => (said[name] ? [[name, said[name]]] : [])),
    );
    await bring(id, { file, columns, timezone }, setSent);
    await brought();
  };
  return (
    <Dialog title={t.recordings.bringTitle} onClose={close}>
      <Form submit={send} label={t.recordings.go}>
        <div
          className={`drop${dragged ? " over" : ""}`}
          onDragOver={(event) => {
            event.preventDefault();
            setDragged(true);
          }}
          onDragLeave={() => setDragged(false)}
          onDrop={(event) => {
            event.preventDefault();
            void choose(event.dataTransfer.files[0]);
          }}
        >
          <Labelled name="recording" label={t.recordings.file} hint={t.recordings.fileHint}>
            {(told) => (
              <input
                {...told}
                type="file"
                accept={ACCEPTED}
                className="input"
                onChange={({ target }) => void choose(target.files?.[0])}
              />
            )}
          </Labelled>
          {file ? <p className="quiet small">{t.recordings.chosen(file.name)}</p> : null}
        </div>
        {header ? <Table header={header} /> : null}
        {sent && file ? (
          <progress aria-label={t.recordings.sending} value={sent} max={file.size} className="sent" />
        ) : null}
      </Form>
    </Dialog>
  );
}

function Table({ header }: { header: readonly string[] }) {
  const options = [
    { value: "", text: t.recordings.asHeader },
    ...header.map((cell) => ({ value: cell, text: cell })),
  ];
  return (
    <>
      {unguessed(header).map((name) => (
        <Pick key={name} name={name} label={t.recordings.columns[name]} options={options} required />
      ))}
      <Field
        name="timezone"
        label={t.recordings.timezone}
        hint={t.recordings.timezoneHint}
        defaultValue={Intl.DateTimeFormat().resolvedOptions().timeZone}
        maxLength={64}
      />
    </>
  );
}
