import type { ComponentType } from "react";
import { t } from "../texts";
import type { FeaturePage, FeaturePart } from "../ui/feature";
import { Empty } from "../ui/list";
import { Page } from "../ui/page";
import { PartsHere } from "../ui/slots";
import type { Placed } from "./features";
import { missing, useViewer } from "./menu";

export type LoadedPart = Placed<FeaturePart> & { Content: unknown };

/** The page and its parts, for those who may see them. The node refuses the rest in any case; this says so kindly. */
export function Guarded({
  page,
  Content,
  parts,
}: {
  page: Placed<FeaturePage>;
  Content: ComponentType;
  parts: readonly LoadedPart[];
}) {
  const viewer = useViewer();
  if (!viewer) return null;
  const lack = missing(page, viewer);
  if (lack) return <NotShown {...t.shell.notShown[lack]} />;
  const shown = parts.filter((part) => !missing(part, viewer)).map((part) => part.Content);
  return (
    <PartsHere value={shown}>
      <Content />
    </PartsHere>
  );
}

function NotShown({ heading, title, about }: { heading: string; title: string; about: string }) {
  return (
    <Page title={heading}>
      <Empty title={title} about={about} />
    </Page>
  );
}
