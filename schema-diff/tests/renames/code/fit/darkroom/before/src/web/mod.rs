use serde::Serialize;

use crate::albums::{Album, ShareMode};
use crate::photo::Photo;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PhotoCard {
    pub id: i64,
    pub file: String,
    pub width: i32,
    pub height: i32,
    pub thumb: Option<String>,
    pub placeholder: Option<String>,
    pub camera: Option<String>,
    pub rating: i16,
}

impl From<Photo> for PhotoCard {
    fn from(p: Photo) -> Self {
        let camera = match (&p.cam_make, &p.cam_model) {
            (Some(make), Some(model)) => Some(format!("{make} {model}")),
            (None, Some(model)) => Some(model.clone()),
            _ => None,
        };
        PhotoCard {
            id: p.id,
            file: p.filename,
            width: p.w,
            height: p.h,
            thumb: p.thumb_path,
            placeholder: p.blurhash,
            camera,
            rating: p.stars.unwrap_or(0),
        }
    }
}

#[derive(Serialize)]
pub struct AlbumPage {
    pub title: String,
    pub path: String,
    pub mode: ShareMode,
    pub views: i64,
    pub flash: bool,
    pub photos: Vec<PhotoCard>,
}

pub fn page(album: Album, photos: Vec<Photo>) -> AlbumPage {
    let Album { caption, slug, share, views, flash_player, .. } = album;
    AlbumPage {
        title: caption,
        path: format!("/a/{slug}"),
        mode: share,
        views,
        flash: flash_player,
        photos: photos.into_iter().map(PhotoCard::from).collect(),
    }
}
