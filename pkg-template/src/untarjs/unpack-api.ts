/** The files of an archive by their paths, as untarjs gives them. */
export interface FilesData {
  [path: string]: Uint8Array;
}

/** The interface of untarjs, its `IUnpackJSAPI`. */
export interface UnpackApi {
  /** Fetches an archive, and unpacks it. */
  extract(url: string): Promise<FilesData>;
  /** Unpacks bytes; with `decompressionOnly` they are one compressed file, and no archive. */
  extractData(data: Uint8Array, decompressionOnly?: boolean): Promise<FilesData>;
}
