/* SPDX-License-Identifier: MIT */
/* masthead user … */

#include "cli/command.h"
#include "newsroom/person.h"

static void
print_password(struct run *run, struct str email, struct str made)
{
	if (run->args->json) {
		fprintf(run->out, "{");
		json_text(run->out, true, "email", email);
		json_text(run->out, false, "password", made);
		fprintf(run->out, "}\n");
		return;
	}
	fprintf(run->out,
	    "Password of %.*s: %.*s\nIt is shown this once. Give it over a "
	    "safe way.\n",
	    STR_FMT(email), STR_FMT(made));
}

enum err
run_user_add(struct run *run)
{
	struct str role = args_value(run->args, "role");
	struct str made = { 0 };
	int64_t id = 0;

	TRY(person_add(run->ctx, run->store,
	    &(struct person_new){
		.email = run->args->words[0],
		.name = args_value(run->args, "name"),
		.initials = args_value(run->args, "initials"),
		.role = role.n != 0 ? role : STR("reporter"),
	    },
	    &id, &made));
	print_password(run, run->args->words[0], made);
	return ERR_OK;
}

enum err
run_user_passwd(struct run *run)
{
	struct str made = { 0 };

	TRY(person_set_password(run->ctx, run->store, run->args->words[0],
	    (struct str){ 0 }, &made));
	print_password(run, run->args->words[0], made);
	return ERR_OK;
}

enum err
run_user_role(struct run *run)
{
	struct str email = run->args->words[0];
	struct str role = run->args->words[1];

	TRY(person_set_role(run->ctx, run->store, email, role));
	if (run->args->json) {
		fprintf(run->out, "{");
		json_text(run->out, true, "email", email);
		json_text(run->out, false, "role", role);
		fprintf(run->out, "}\n");
	} else {
		fprintf(run->out, "%.*s is %.*s now.\n", STR_FMT(email),
		    STR_FMT(role));
	}
	return ERR_OK;
}

enum err
run_user_list(struct run *run)
{
	const struct person *all = NULL;
	size_t n = 0;

	TRY(person_list(run->ctx, run->store, &all, &n));
	if (run->args->json)
		fprintf(run->out, "[");
	for (size_t i = 0; i < n; i++) {
		if (!run->args->json) {
			fprintf(run->out, "%-10.*s%-32.*s%.*s\n",
			    STR_FMT(all[i].role), STR_FMT(all[i].email),
			    STR_FMT(all[i].name));
			continue;
		}
		fprintf(run->out, i == 0 ? "\n{" : ",\n{");
		json_int(run->out, true, "id", all[i].id);
		json_text(run->out, false, "email", all[i].email);
		json_text(run->out, false, "name", all[i].name);
		json_text(run->out, false, "role", all[i].role);
		fprintf(run->out, "}");
	}
	if (run->args->json)
		fprintf(run->out, "\n]\n");
	return ERR_OK;
}
