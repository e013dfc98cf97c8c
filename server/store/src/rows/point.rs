//! Service points.

use survey_defs::text::Text;
use survey_defs::wave::{PointFields, ServicePoint, Telephone};

use crate::error::StoreError;
use crate::value;

#[derive(sqlx::FromRow)]
pub(crate) struct PointRow {
    wave: String,
    id: String,
    name_vi: String,
    name_en: String,
    unit: String,
    channel: String,
    telephone: Option<String>,
}

impl TryFrom<PointRow> for ServicePoint {
    type Error = StoreError;

    fn try_from(row: PointRow) -> Result<Self, StoreError> {
        let PointRow { wave, id, name_vi, name_en, unit, channel, telephone } = row;
        let telephone = telephone.map(Telephone::try_from).transpose();
        let fields = PointFields {
            id: value::parse("the id of a point", &id)?,
            wave: value::parse("the wave of a point", &wave)?,
            name: Text { vi: name_vi, en: name_en },
            unit: value::parse("the unit of a point", &unit)?,
            channel: value::parse("the channel of a point", &channel)?,
            telephone: telephone.map_err(|e| value::corrupt("the telephone of a point", e))?,
        };
        fields.try_into().map_err(|e| value::corrupt("a point", e))
    }
}
