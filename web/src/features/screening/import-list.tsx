import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { call } from "../../api/call";
import { listOf } from "../../api/pages";
import type { ListReport, ListVersion } from "../../api/routes";
import { t } from "../../texts";
import { Field } from "../../ui/form";
import { Pick } from "../../ui/inputs";
import { FileForm, type Read } from "../../ui/files/file-form";
import { shortName, UnfitFile } from "../../ui/files/file-text";
import { ListReported } from "./list-reported";

const SHORT_NAME = /^[a-z0-9]+(-[a-z0-9]+)*$/;

/** A whole list from a file: a new list, or the next version of one. */
export function ImportList({ lists, done }: { lists: readonly ListVersion[]; done: () => void }) {
  const queries = useQueryClient();
  const [chosen, setChosen] = useState(lists[0]?.list ?? "");
  const [title, setTitle] = useState("");
  const [name, setName] = useState("");
  const [published, setPublished] = useState("");
  const [report, setReport] = useState<ListReport | null>(null);
  const list = chosen || shortName(title) || name;
  const send = async ({ text, shrinks }: Read) => {
    if (!SHORT_NAME.test(list)) throw new UnfitFile(t.screening.nameList);
    const known = chosen ? undefined : lists.find((each) => each.list === list);
    if (known) throw new UnfitFile(t.screening.listKnown(known.title || known.list));
    const body = { list, title: chosen ? "" : title, text, shrinks };
    setReport(
      await call("POST /api/parties/import", {
        body: published ? { ...body, published_on: published } : body,
      }),
    );
    await Promise.all([
      queries.invalidateQueries({ queryKey: ["parties"] }),
      queries.invalidateQueries({ queryKey: ["screening"] }),
      queries.invalidateQueries({ queryKey: listOf("GET /api/screenings").queryKey }),
    ]);
  };
  if (report) return <ListReported report={report} done={done} />;
  return (
    <div className="part">
      <p className="quiet">{t.screening.importAbout}</p>
      {lists.length ? (
        <Pick
          name="which"
          label={t.screening.whichList}
          value={chosen}
          onChange={({ target }) => setChosen(target.value)}
          options={[
            ...lists.map((each) => ({ value: each.list, text: each.title || each.list })),
            { value: "", text: t.screening.newList },
          ]}
        />
      ) : null}
      {chosen ? null : (
        <>
          <Field
            name="title"
            label={t.screening.listTitle}
            hint={t.screening.listTitleHint}
            value={title}
            maxLength={200}
            autoComplete="off"
            onChange={({ target }) => setTitle(target.value)}
          />
          {title && !shortName(title) ? (
            <Field
              name="list"
              label={t.screening.listName}
              hint={t.screening.listNameHint}
              value={name}
              maxLength={40}
              autoComplete="off"
              onChange={({ target }) => setName(target.value)}
            />
          ) : null}
        </>
      )}
      <Field
        name="published_on"
        type="date"
        label={t.screening.published}
        hint={t.screening.publishedHint}
        value={published}
        onChange={({ target }) => setPublished(target.value)}
      />
      <FileForm
        kind="parties"
        accept=".csv,.tsv,.txt,.json,.xml"
        label={t.screening.import}
        send={send}
        cancel={done}
      />
    </div>
  );
}
