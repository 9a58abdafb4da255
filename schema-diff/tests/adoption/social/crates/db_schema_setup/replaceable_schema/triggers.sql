DROP SCHEMA IF EXISTS r CASCADE;
CREATE SCHEMA r;
CREATE FUNCTION r.comment_path() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.path = '0';
    RETURN NEW;
END
$$;
CREATE TRIGGER comment_path BEFORE INSERT ON comment FOR EACH ROW EXECUTE FUNCTION r.comment_path();
CREATE FUNCTION r.controversy_rank(upvotes numeric, downvotes numeric) RETURNS double precision LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN downvotes <= 0 THEN 0 ELSE (upvotes + downvotes) END;
CREATE VIEW r.scored AS SELECT id, r.controversy_rank(score, 0) AS rank FROM post;
