import "./contributions.test.ts";
