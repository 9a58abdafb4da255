use diesel::result::QueryResult;

use crate::model::{Article, Movement};
use crate::repo::{ArticleRepo, BinRepo};

/// A line of the order proposal.
#[derive(Debug, PartialEq)]
pub struct Proposal {
    pub sku: String,
    pub text: String,
    pub amount: i32,
    pub days: Option<i32>,
}

pub fn propose<R: ArticleRepo + BinRepo>(repo: &R) -> QueryResult<Vec<Proposal>> {
    let mut out = Vec::new();
    for article in repo.active()? {
        let stock: i32 = repo.holding(&article.sku)?.iter().map(|bin| bin.free()).sum();
        let Article { sku, descr, uom, min_qty, max_qty, .. } = article;
        if stock < min_qty {
            let amount = max_qty - stock;
            let days = repo.supplier(&sku)?.map(|supplier| supplier.lead_time);
            out.push(Proposal { sku, text: format!("{descr} ({uom})"), amount, days });
        }
    }
    Ok(out)
}

pub fn pick<R: BinRepo>(repo: &R, sku: &str, mut amount: i32, clerk: &str, order: &str) -> QueryResult<i32> {
    for bin in repo.holding(sku)? {
        let take = amount.min(bin.free());
        if take > 0 {
            repo.book(&Movement::new(bin.id, -take).because("pick").by(clerk).doc(order))?;
            amount -= take;
        }
    }
    Ok(amount)
}
