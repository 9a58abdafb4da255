use chrono::NaiveDateTime;
use diesel::prelude::*;

use crate::schema::photos;

#[derive(Clone, Debug, Default, PartialEq, Insertable)]
#[diesel(table_name = photos)]
pub struct Exif {
    pub taken: Option<NaiveDateTime>,
    pub cam_make: Option<String>,
    pub cam_model: Option<String>,
    pub lens: Option<String>,
    pub iso: Option<i32>,
    pub exposure: Option<String>,
    pub lat: Option<f64>,
    pub lon: Option<f64>,
}

impl Exif {
    pub fn read(data: &[u8]) -> Self {
        let mut found = Exif::default();
        let reader = exif::Reader::new();
        let Ok(tags) = reader.read_from_container(&mut std::io::Cursor::new(data)) else {
            return found;
        };
        for field in tags.fields() {
            let text = field.display_value().to_string();
            match field.tag {
                exif::Tag::Make => found.cam_make = Some(text),
                exif::Tag::Model => found.cam_model = Some(text),
                exif::Tag::LensModel => found.lens = Some(text),
                exif::Tag::PhotographicSensitivity => found.iso = text.parse().ok(),
                exif::Tag::ExposureTime => found.exposure = Some(text),
                exif::Tag::DateTimeOriginal => {
                    found.taken = NaiveDateTime::parse_from_str(&text, "%Y-%m-%d %H:%M:%S").ok();
                }
                _ => {}
            }
        }
        found
    }
}
