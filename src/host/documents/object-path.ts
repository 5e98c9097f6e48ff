// Where the objects of the image API are. Names are encoded, so that none leads elsewhere.

export const IMAGE_API = '/apis/image.openshift.io/v1';

export function streamPath(namespace: string, stream: string): string {
  return `${within(namespace)}/imagestreams/${encodeURIComponent(stream)}`;
}

export function tagPath(namespace: string, stream: string, tag: string): string {
  return `${within(namespace)}/imagestreamtags/${encodeURIComponent(`${stream}:${tag}`)}`;
}

/** An image as one of its streams shows it, for those who may not see images of the cluster. */
export function streamImagePath(namespace: string, stream: string, image: string): string {
  return `${within(namespace)}/imagestreamimages/${encodeURIComponent(`${stream}@${image}`)}`;
}

export function imagePath(image: string): string {
  return `${IMAGE_API}/images/${encodeURIComponent(image)}`;
}

function within(namespace: string): string {
  return `${IMAGE_API}/namespaces/${encodeURIComponent(namespace)}`;
}
