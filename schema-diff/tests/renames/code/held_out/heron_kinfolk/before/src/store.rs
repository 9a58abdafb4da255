use diesel::prelude::*;
use uuid::Uuid;

use crate::entity::{Certainty, Event, EventKind, Person, PersonInput, Source, Union};
use crate::schema::{events, people, sources, trees, unions};

pub struct Store<'c> {
    pub conn: &'c mut PgConnection,
}

impl Store<'_> {
    pub fn person(&mut self, id: Uuid) -> QueryResult<Person> {
        people::table.find(id).select(Person::as_select()).first(self.conn)
    }

    pub fn upsert(&mut self, id: Uuid, input: &PersonInput, editor: &str) -> QueryResult<Person> {
        diesel::insert_into(people::table)
            .values((people::id.eq(id), input, people::changed_by.eq(editor)))
            .on_conflict(people::id)
            .do_update()
            .set((input, people::changed_by.eq(editor), people::changed_at.eq(diesel::dsl::now)))
            .returning(Person::as_returning())
            .get_result(self.conn)
    }

    pub fn find_name(&mut self, tree: Uuid, like: &str) -> QueryResult<Vec<Person>> {
        let pat = format!("{like}%");
        people::table
            .filter(people::tree_id.eq(tree))
            .filter(
                people::surname
                    .ilike(pat.clone())
                    .or(people::birth_surname.ilike(pat.clone()))
                    .or(people::given.ilike(pat)),
            )
            .order((people::surname.asc(), people::given.asc()))
            .select(Person::as_select())
            .load(self.conn)
    }

    pub fn events_of(&mut self, p: &Person) -> QueryResult<Vec<Event>> {
        Event::belonging_to(p)
            .order(events::year_from.asc().nulls_last())
            .select(Event::as_select())
            .load(self.conn)
    }

    pub fn spouses(&mut self, who: Uuid) -> QueryResult<Vec<Union>> {
        unions::table
            .filter(unions::husband_id.eq(who).or(unions::wife_id.eq(who)))
            .order(unions::wed_on)
            .select(Union::as_select())
            .load(self.conn)
    }

    pub fn divorce(&mut self, id: Uuid, on: chrono::NaiveDate, why: Option<&str>) -> QueryResult<usize> {
        diesel::update(unions::table.find(id))
            .set((unions::parted_on.eq(on), unions::note.eq(why)))
            .execute(self.conn)
    }

    pub fn cite(&mut self, event: Uuid, src: Uuid, page: &str) -> QueryResult<usize> {
        diesel::update(events::table.find(event))
            .set((events::source_id.eq(src), events::page.eq(page), events::certainty.eq(Certainty::Proven)))
            .execute(self.conn)
    }

    pub fn untranscribed(&mut self, house: &str) -> QueryResult<Vec<Source>> {
        sources::table
            .filter(sources::archive.eq(house).and(sources::transcribed.eq(false)))
            .filter(sources::scan_key.is_not_null())
            .order(sources::shelfmark)
            .select(Source::as_select())
            .load(self.conn)
    }

    pub fn emigrants(&mut self, tree: Uuid) -> QueryResult<Vec<(String, Option<String>, Option<String>)>> {
        events::table
            .inner_join(people::table)
            .filter(people::tree_id.eq(tree))
            .filter(events::kind.eq(EventKind::Migration))
            .select((people::given, people::surname, events::place))
            .load(self.conn)
    }

    pub fn open_trees(&mut self) -> QueryResult<Vec<(String, Option<Uuid>)>> {
        trees::table
            .filter(trees::public.eq(true))
            .select((trees::slug, trees::root_person))
            .load(self.conn)
    }

    pub fn age_limit(&mut self, slug: &str) -> QueryResult<i16> {
        trees::table.filter(trees::slug.eq(slug)).select(trees::max_living_age).first(self.conn)
    }

    pub fn trees_of(&mut self, who: &str) -> QueryResult<Vec<String>> {
        trees::table.filter(trees::owner.eq(who)).select(trees::slug).load(self.conn)
    }
}
