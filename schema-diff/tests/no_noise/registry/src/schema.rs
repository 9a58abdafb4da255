// @generated automatically by Diesel CLI.

pub mod sql_types {
    #[derive(diesel::sql_types::SqlType)]
    #[diesel(postgres_type(name = "crate_kind"))]
    pub struct CrateKind;

    #[derive(diesel::sql_types::SqlType)]
    #[diesel(postgres_type(name = "crates"))]
    pub struct Crates;

    #[derive(diesel::sql_types::SqlType)]
    #[diesel(postgres_type(name = "cube"))]
    pub struct Cube;

    #[derive(diesel::sql_types::SqlType)]
    #[diesel(postgres_type(name = "email_address"))]
    pub struct EmailAddress;

    #[derive(diesel::sql_types::SqlType)]
    #[diesel(postgres_type(name = "name", schema = "pg_catalog"))]
    pub struct Name;

    #[derive(diesel::sql_types::SqlType)]
    #[diesel(postgres_type(name = "point", schema = "pg_catalog"))]
    pub struct Point;

    #[derive(diesel::sql_types::SqlType)]
    #[diesel(postgres_type(name = "polygon", schema = "pg_catalog"))]
    pub struct Polygon;

    #[derive(diesel::sql_types::SqlType)]
    #[diesel(postgres_type(name = "positive"))]
    pub struct Positive;

    #[derive(diesel::sql_types::SqlType)]
    #[diesel(postgres_type(name = "semver_triple"))]
    pub struct SemverTriple;

    #[derive(diesel::sql_types::SqlType)]
    #[diesel(postgres_type(name = "timetz", schema = "pg_catalog"))]
    pub struct Timetz;

    #[derive(diesel::sql_types::SqlType)]
    #[diesel(postgres_type(name = "tsvector", schema = "pg_catalog"))]
    pub struct Tsvector;

    #[derive(diesel::sql_types::SqlType)]
    #[diesel(postgres_type(name = "varbit", schema = "pg_catalog"))]
    pub struct Varbit;

    #[derive(diesel::sql_types::SqlType)]
    #[diesel(postgres_type(name = "version_range"))]
    pub struct VersionRange;

    #[derive(diesel::sql_types::SqlType)]
    #[diesel(postgres_type(name = "version_ranges"))]
    pub struct VersionRanges;

    #[derive(diesel::sql_types::SqlType)]
    #[diesel(postgres_type(name = "xid8", schema = "pg_catalog"))]
    pub struct Xid8;
}

diesel::table! {
    use diesel::sql_types::*;

    _sqlx_migrations (version) {
        checksum -> Bytea,
        description -> Text,
        execution_time -> Int8,
        installed_on -> Timestamptz,
        success -> Bool,
        version -> Int8,
    }
}

diesel::table! {
    use diesel::sql_types::*;

    a_table_whose_name_is_as_long_as_postgres_allows_names_to_bexx (a_column_whose_name_is_as_long_as_postgres_allows_names_to_bexx) {
        a_column_whose_name_is_as_long_as_postgres_allows_names_to_bexx -> Int4,
        other_column_name_which_is_long_as_well_to_clash_in_default -> Nullable<Int4>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use super::sql_types::Name;
    use super::sql_types::Positive;
    use super::sql_types::SemverTriple;
    use super::sql_types::Xid8;
    use super::sql_types::EmailAddress;
    use super::sql_types::Varbit;
    use super::sql_types::Timetz;

    all_the_types (id) {
        #[max_length = 1]
        a -> Nullable<Bit>,
        aa -> Nullable<Json>,
        ab -> Nullable<Array<Nullable<Jsonb>>>,
        ac -> Nullable<Array<Array<Text>>>,
        ad -> Nullable<Array<Varchar>>,
        ae -> Nullable<Array<Nullable<Numeric>>>,
        af -> Nullable<Name>,
        ag -> Nullable<Int4range>,
        ah -> Nullable<Int8multirange>,
        ai -> Nullable<Array<Nullable<Text>>>,
        aj -> Nullable<Array<Nullable<Positive>>>,
        ak -> Nullable<SemverTriple>,
        al -> Nullable<Array<Nullable<SemverTriple>>>,
        am -> Nullable<Array<Nullable<Timestamptz>>>,
        an -> Nullable<Array<Nullable<Inet>>>,
        ao -> Nullable<Array<Nullable<Uuid>>>,
        ap -> Nullable<Array<Nullable<Bool>>>,
        aq -> Nullable<Array<Nullable<Daterange>>>,
        ar -> Nullable<Xid8>,
        at2 -> Nullable<Int2>,
        au -> Nullable<Array<Nullable<Citext>>>,
        av -> Nullable<Array<Nullable<EmailAddress>>>,
        aw -> Nullable<Bpchar>,
        ax -> Nullable<Varchar>,
        #[max_length = 8]
        b -> Nullable<Bit>,
        #[max_length = 5]
        c -> Nullable<Varbit>,
        d -> Nullable<Varbit>,
        #[max_length = 7]
        e -> Nullable<Bpchar>,
        f -> Nullable<Char>,
        g -> Nullable<Money>,
        h -> Nullable<Oid>,
        i -> Nullable<PgLsn>,
        id -> Uuid,
        j -> Nullable<Inet>,
        k -> Nullable<Cidr>,
        l -> Nullable<Macaddr>,
        m -> Nullable<Macaddr8>,
        n -> Nullable<Numeric>,
        o -> Nullable<Numeric>,
        p -> Nullable<Numeric>,
        q -> Nullable<Time>,
        r -> Nullable<Timetz>,
        s -> Nullable<Interval>,
        t -> Nullable<Interval>,
        u -> Nullable<Timestamp>,
        v -> Nullable<Timestamptz>,
        w -> Nullable<Date>,
        x -> Nullable<Bytea>,
        y -> Nullable<Float4>,
        z -> Nullable<Array<Nullable<Float4>>>,
    }
}

diesel::table! {
    use diesel::sql_types::*;

    api_tokens (id) {
        crate_scopes -> Nullable<Array<Nullable<Text>>>,
        created_at -> Timestamp,
        endpoint_scopes -> Nullable<Array<Nullable<Text>>>,
        expired_at -> Nullable<Timestamp>,
        id -> Int4,
        last_used_at -> Nullable<Timestamp>,
        name -> Varchar,
        revoked -> Bool,
        token -> Bytea,
        user_id -> Int4,
    }
}

diesel::table! {
    use diesel::sql_types::*;

    background_jobs (id) {
        created_at -> Timestamp,
        data -> Jsonb,
        id -> Int8,
        job_type -> Text,
        last_retry -> Timestamp,
        priority -> Int2,
        retries -> Int4,
    }
}

diesel::table! {
    use diesel::sql_types::*;

    badges (crate_id, badge_type) {
        attributes -> Jsonb,
        badge_type -> Varchar,
        crate_id -> Int4,
    }
}

diesel::table! {
    use diesel::sql_types::*;

    bookings (id) {
        days -> Nullable<Daterange>,
        during -> Tstzrange,
        id -> Int4,
        prices -> Nullable<Nummultirange>,
        room -> Int4,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use super::sql_types::Cube;
    use super::sql_types::Point;
    use super::sql_types::Polygon;

    categories (id) {
        at -> Nullable<Cube>,
        category -> Varchar,
        crates_cnt -> Int4,
        description -> Varchar,
        id -> Int4,
        path -> Text,
        place -> Nullable<Point>,
        shape -> Nullable<Polygon>,
        slug -> Varchar,
    }
}

diesel::table! {
    use diesel::sql_types::*;

    cloudfront_invalidations (id) {
        created_at -> Timestamptz,
        id -> Int8,
        path -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::*;

    crate_downloads (crate_id) {
        crate_id -> Int4,
        downloads -> Int8,
    }
}

diesel::table! {
    use diesel::sql_types::*;

    crate_owner_invitations (invited_user_id, crate_id) {
        crate_id -> Int4,
        created_at -> Timestamp,
        invited_by_user_id -> Int4,
        invited_user_id -> Int4,
        token -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::*;

    crate_owners (crate_id, owner_id, owner_kind) {
        crate_id -> Int4,
        created_at -> Timestamp,
        created_by -> Nullable<Int4>,
        deleted -> Bool,
        owner_id -> Int4,
        owner_kind -> Int4,
        updated_at -> Timestamp,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use super::sql_types::CrateKind;
    use super::sql_types::Positive;
    use super::sql_types::Tsvector;

    crates (id) {
        created_at -> Timestamp,
        description -> Nullable<Varchar>,
        documentation -> Nullable<Varchar>,
        homepage -> Nullable<Varchar>,
        id -> Int4,
        kind -> CrateKind,
        kinds -> Nullable<Array<CrateKind>>,
        limits -> Positive,
        max_features -> Nullable<Int2>,
        max_upload_size -> Nullable<Int4>,
        name -> Varchar,
        repository -> Nullable<Varchar>,
        textsearchable_index_col -> Tsvector,
        updated_at -> Timestamp,
    }
}

diesel::table! {
    use diesel::sql_types::*;

    crates_categories (crate_id, category_id) {
        category_id -> Int4,
        crate_id -> Int4,
    }
}

diesel::table! {
    use diesel::sql_types::*;

    crates_keywords (crate_id, keyword_id) {
        crate_id -> Int4,
        keyword_id -> Int4,
    }
}

diesel::table! {
    use diesel::sql_types::*;

    default_versions (crate_id) {
        crate_id -> Int4,
        num_versions -> Nullable<Int4>,
        version_id -> Int4,
    }
}

diesel::table! {
    use diesel::sql_types::*;

    deleted_crates (id) {
        available_at -> Timestamptz,
        deleted_by -> Nullable<Int4>,
        id -> Int4,
        name -> Varchar,
    }
}

diesel::table! {
    use diesel::sql_types::*;

    dependencies (id) {
        crate_id -> Int4,
        default_features -> Bool,
        explicit_name -> Nullable<Varchar>,
        features -> Array<Text>,
        id -> Int4,
        kind -> Int4,
        optional -> Bool,
        req -> Varchar,
        target -> Nullable<Varchar>,
        version_id -> Int4,
    }
}

diesel::table! {
    use diesel::sql_types::*;

    emails (id) {
        email -> Citext,
        id -> Int4,
        nick -> Nullable<Citext>,
        token -> Text,
        token_generated_at -> Nullable<Timestamp>,
        user_id -> Int4,
        verified -> Bool,
    }
}

diesel::table! {
    use diesel::sql_types::*;

    follows (user_id, crate_id) {
        crate_id -> Int4,
        user_id -> Int4,
    }
}

diesel::table! {
    use diesel::sql_types::*;

    git_index_sync_queue (crate_name) {
        crate_name -> Text,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use super::sql_types::Crates;
    use super::sql_types::CrateKind;
    use super::sql_types::SemverTriple;

    holders (id) {
        crate_row -> Nullable<Crates>,
        id -> Int4,
        mood -> Nullable<CrateKind>,
        moods -> Nullable<Array<Nullable<CrateKind>>>,
        pins -> Nullable<Array<Nullable<SemverTriple>>>,
    }
}

diesel::table! {
    use diesel::sql_types::*;

    keywords (id) {
        crates_cnt -> Int4,
        created_at -> Timestamp,
        id -> Int4,
        keyword -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::*;

    metadata (total_downloads) {
        total_downloads -> Int8,
    }
}

diesel::table! {
    use diesel::sql_types::*;

    mirror_checks (mirror, at) {
        at -> Timestamp,
        mirror -> Int4,
        ok -> Nullable<Bool>,
    }
}

diesel::table! {
    use diesel::sql_types::*;

    mirrors (id) {
        id -> Int4,
        url -> Nullable<Text>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use super::sql_types::Name;

    numbers_of_the_day (day) {
        day -> Date,
        n -> Nullable<Int4>,
        what -> Nullable<Text>,
        who -> Nullable<Name>,
    }
}

diesel::table! {
    use diesel::sql_types::*;

    oauth_github (user_id) {
        account_id -> Int8,
        encrypted_token -> Nullable<Bytea>,
        login -> Varchar,
        user_id -> Int4,
    }
}

diesel::table! {
    use diesel::sql_types::*;

    processed_log_files (path) {
        path -> Varchar,
        time -> Timestamptz,
    }
}

diesel::table! {
    use diesel::sql_types::*;

    processed_numbers (n) {
        arr -> Nullable<Array<Nullable<Int4>>>,
        big -> Nullable<Int8>,
        iv -> Nullable<Interval>,
        n -> Numeric,
        neg -> Nullable<Int4>,
        nothing -> Nullable<Text>,
        t -> Nullable<Text>,
        tiny -> Nullable<Float8>,
        u -> Nullable<Text>,
        yes -> Nullable<Bool>,
    }
}

diesel::table! {
    use diesel::sql_types::*;

    publish_limit_buckets (user_id, action) {
        action -> Int4,
        last_refill -> Timestamp,
        tokens -> Int4,
        user_id -> Int4,
    }
}

diesel::table! {
    use diesel::sql_types::*;

    publish_rate_overrides (user_id, action) {
        action -> Int4,
        burst -> Int4,
        expires_at -> Nullable<Timestamp>,
        user_id -> Int4,
    }
}

diesel::table! {
    use diesel::sql_types::*;

    readme_renderings (version_id) {
        rendered_at -> Nullable<Timestamp>,
        version_id -> Int4,
    }
}

diesel::table! {
    use diesel::sql_types::*;

    recent_crate_downloads_base (b, a) {
        a -> Int4,
        b -> Int4,
    }
}

diesel::table! {
    use diesel::sql_types::*;

    reserved_crate_names (name) {
        name -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::*;

    reserved_numbers (id) {
        id -> Int8,
        small -> Nullable<Int2>,
    }
}

diesel::table! {
    use diesel::sql_types::*;

    schema_migrations (version) {
        dirty -> Bool,
        version -> Int8,
    }
}

diesel::table! {
    use diesel::sql_types::*;

    score_parts (a, b) {
        a -> Int4,
        b -> Int4,
        rank_ -> Nullable<Int4>,
        total -> Nullable<Int4>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use super::sql_types::VersionRange;
    use super::sql_types::VersionRanges;
    use super::sql_types::SemverTriple;

    semver_pins (crate_id) {
        allowed -> Nullable<VersionRange>,
        crate_id -> Int4,
        many -> Nullable<VersionRanges>,
        pin -> SemverTriple,
    }
}

diesel::table! {
    use diesel::sql_types::*;

    table_ (table_) {
        #[sql_name = "__private"]
        __private_ -> Nullable<Int4>,
        #[sql_name = "async"]
        async_ -> Nullable<Bool>,
        #[sql_name = "columns"]
        columns_ -> Nullable<Int4>,
        #[sql_name = "crate"]
        crate_ -> Nullable<Text>,
        #[sql_name = "self"]
        self_ -> Nullable<Text>,
        #[sql_name = "table"]
        table_ -> Int4,
        #[sql_name = "table_"]
        table__ -> Nullable<Int4>,
    }
}

diesel::table! {
    use diesel::sql_types::*;

    teams (id) {
        avatar -> Nullable<Varchar>,
        github_id -> Int4,
        id -> Int4,
        login -> Varchar,
        name -> Nullable<Varchar>,
        org_id -> Int4,
    }
}

diesel::table! {
    use diesel::sql_types::*;

    trustpub_configs_github (id) {
        crate_id -> Int4,
        created_at -> Timestamptz,
        /// NULL: any
        environment -> Nullable<Varchar>,
        id -> Int4,
        repository_name -> Varchar,
        repository_owner -> Varchar,
        repository_owner_id -> Int4,
        workflow_filename -> Varchar,
    }
}

diesel::table! {
    use diesel::sql_types::*;

    trustpub_tokens (id) {
        crate_ids -> Array<Nullable<Int4>>,
        expires_at -> Timestamptz,
        hashed_token -> Bytea,
        id -> Int8,
        trustpub_data -> Nullable<Jsonb>,
    }
}

diesel::table! {
    use diesel::sql_types::*;

    upload_chunks (upload, part, at) {
        at -> Timestamptz,
        body -> Nullable<Bytea>,
        part -> Int2,
        upload -> Uuid,
    }
}

diesel::table! {
    use diesel::sql_types::*;

    upload_chunks_2025 (upload, part, at) {
        at -> Timestamptz,
        body -> Nullable<Bytea>,
        part -> Int2,
        upload -> Uuid,
    }
}

diesel::table! {
    use diesel::sql_types::*;

    upload_chunks_default (upload, part, at) {
        at -> Timestamptz,
        body -> Nullable<Bytea>,
        part -> Int2,
        upload -> Uuid,
    }
}

diesel::table! {
    use diesel::sql_types::*;

    users (id) {
        account_lock_reason -> Nullable<Varchar>,
        account_lock_until -> Nullable<Timestamp>,
        gh_access_token -> Varchar,
        gh_avatar -> Nullable<Varchar>,
        gh_encrypted_token -> Nullable<Bytea>,
        gh_id -> Int4,
        gh_login -> Varchar,
        id -> Int4,
        is_admin -> Bool,
        #[max_length = 120]
        name -> Nullable<Varchar>,
        sort_name -> Nullable<Text>,
    }
}

diesel::table! {
    use diesel::sql_types::*;

    version_downloads (version_id, date) {
        counted -> Int4,
        date -> Date,
        downloads -> Int4,
        processed -> Bool,
        version_id -> Int4,
    }
}

diesel::table! {
    use diesel::sql_types::*;

    version_owner_actions (id) {
        action -> Int4,
        api_token_id -> Nullable<Int4>,
        id -> Int4,
        time -> Timestamp,
        user_id -> Int4,
        version_id -> Int4,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use super::sql_types::VersionRanges;
    use super::sql_types::VersionRange;

    versions (id) {
        all_supported -> Nullable<VersionRanges>,
        bin_names -> Nullable<Array<Nullable<Text>>>,
        #[max_length = 64]
        checksum -> Bpchar,
        crate_id -> Int4,
        crate_size -> Int4,
        created_at -> Timestamp,
        downloads -> Int4,
        edition -> Nullable<Text>,
        features -> Jsonb,
        has_lib -> Nullable<Bool>,
        id -> Int4,
        license -> Nullable<Varchar>,
        links -> Nullable<Varchar>,
        num -> Varchar,
        num_no_build -> Nullable<Varchar>,
        published_by -> Nullable<Int4>,
        rust_version -> Nullable<Varchar>,
        semver_ord -> Nullable<Jsonb>,
        supported -> Nullable<VersionRange>,
        updated_at -> Timestamp,
        yanked -> Bool,
    }
}

diesel::joinable!(api_tokens -> users (user_id));
diesel::joinable!(badges -> crates (crate_id));
diesel::joinable!(crate_downloads -> crates (crate_id));
diesel::joinable!(crate_owner_invitations -> crates (crate_id));
diesel::joinable!(crate_owners -> crates (crate_id));
diesel::joinable!(crate_owners -> users (created_by));
diesel::joinable!(crates_categories -> categories (category_id));
diesel::joinable!(crates_categories -> crates (crate_id));
diesel::joinable!(crates_keywords -> crates (crate_id));
diesel::joinable!(crates_keywords -> keywords (keyword_id));
diesel::joinable!(default_versions -> crates (crate_id));
diesel::joinable!(default_versions -> versions (version_id));
diesel::joinable!(deleted_crates -> users (deleted_by));
diesel::joinable!(dependencies -> crates (crate_id));
diesel::joinable!(dependencies -> versions (version_id));
diesel::joinable!(emails -> users (user_id));
diesel::joinable!(follows -> crates (crate_id));
diesel::joinable!(follows -> users (user_id));
diesel::joinable!(mirror_checks -> mirrors (mirror));
diesel::joinable!(oauth_github -> users (user_id));
diesel::joinable!(publish_limit_buckets -> users (user_id));
diesel::joinable!(publish_rate_overrides -> users (user_id));
diesel::joinable!(readme_renderings -> versions (version_id));
diesel::joinable!(trustpub_configs_github -> crates (crate_id));
diesel::joinable!(version_downloads -> versions (version_id));
diesel::joinable!(version_owner_actions -> api_tokens (api_token_id));
diesel::joinable!(version_owner_actions -> users (user_id));
diesel::joinable!(version_owner_actions -> versions (version_id));
diesel::joinable!(versions -> crates (crate_id));
diesel::joinable!(versions -> users (published_by));

diesel::allow_tables_to_appear_in_same_query!(
    _sqlx_migrations,
    a_table_whose_name_is_as_long_as_postgres_allows_names_to_bexx,
    all_the_types,
    api_tokens,
    background_jobs,
    badges,
    bookings,
    categories,
    cloudfront_invalidations,
    crate_downloads,
    crate_owner_invitations,
    crate_owners,
    crates,
    crates_categories,
    crates_keywords,
    default_versions,
    deleted_crates,
    dependencies,
    emails,
    follows,
    git_index_sync_queue,
    holders,
    keywords,
    metadata,
    mirror_checks,
    mirrors,
    numbers_of_the_day,
    oauth_github,
    processed_log_files,
    processed_numbers,
    publish_limit_buckets,
    publish_rate_overrides,
    readme_renderings,
    recent_crate_downloads_base,
    reserved_crate_names,
    reserved_numbers,
    schema_migrations,
    score_parts,
    semver_pins,
    table_,
    teams,
    trustpub_configs_github,
    trustpub_tokens,
    upload_chunks,
    upload_chunks_2025,
    upload_chunks_default,
    users,
    version_downloads,
    version_owner_actions,
    versions,
);

table! {
    /// A materialized view, refreshed every hour.
    recent_crate_downloads (crate_id) {
        crate_id -> Integer,
        downloads -> BigInt,
    }
}

joinable!(recent_crate_downloads -> crates (crate_id));
