import { queryOptions } from "@tanstack/react-query";
import { call } from "./call";

/** What files to import have to look like; this changes only with the program. */
export const fileFormsQuery = queryOptions({
  queryKey: ["file-forms"],
  queryFn: () => call("GET /api/file-forms"),
  staleTime: Number.POSITIVE_INFINITY,
});
