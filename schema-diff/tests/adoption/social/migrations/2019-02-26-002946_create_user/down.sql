DROP TABLE previously_run_sql, comment, post, local_user, person;
DROP TYPE listing_type_enum;
DROP TYPE post_sort_type_enum;
