import { t } from "../../texts";

export type Kind = keyof typeof t.deviceKinds;
export const KINDS = Object.entries(t.deviceKinds).map(([value, text]) => ({ value, text }));
