// SPDX-License-Identifier: Apache-2.0
// The columns of each row type, in one order for binding and reading, beside
// the list of their names for SQL.
#pragma once

#include <concepts>
#include <string>
#include <string_view>
#include <type_traits>

#include "store/store.h"

namespace hitl::store {

// R is Row when it is read, const Row when it is bound.
template <class R, class Row>
concept Is = std::same_as<std::remove_const_t<R>, Row>;

inline constexpr std::string_view kSessionColumns =
    "id,agent,target,account,client_addr,key_fingerprint,started_at,ended_at,state";
template <class C, Is<SessionRow> R>
void columns(C& c, R& r) {
  c.text(r.id).text(r.agent).text(r.target).text(r.account).text(r.client_addr);
  c.text(r.key_fingerprint).integer(r.started_at).integer(r.ended_at).text(r.state);
}

inline constexpr std::string_view kCommandColumns =
    "id,session,request,submitted_at,submitted,canonical,opaque_reason,decision,rule,summary,"
    "effects,environment,dropped_env,policy_sha256,shape,grant_id,shadow,input_role,input_sha256,"
    "state,error,"
    "started_at,ended_at,exit_status,exit_signal,bytes_out,bytes_err,bytes_in,output_sha256,"
    "process_group,process_start,masked";
template <class C, Is<CommandRow> R>
void columns(C& c, R& r) {
  c.text(r.id).text(r.session).text(r.request).integer(r.submitted_at);
  c.blob(r.submitted).blob(r.canonical).blob(r.opaque_reason);
  c.text(r.decision).text(r.rule).blob(r.summary);
  c.strings(r.effects).strings(r.environment).strings(r.dropped_env);
  c.text(r.policy_sha256).text(r.shape).text(r.grant).boolean(r.shadow);
  c.text(r.input_role).text(r.input_sha256).text(r.state).blob(r.error);
  c.integer(r.started_at).integer(r.ended_at).integer(r.exit_status).text(r.exit_signal);
  c.integer(r.bytes_out).integer(r.bytes_err).integer(r.bytes_in).text(r.output_sha256);
  c.integer(r.process_group).text(r.process_start).counts(r.masked);
}

inline constexpr std::string_view kRequestColumns =
    "id,digest,session,agent,owner,target,account,submitted,canonical,opaque_reason,summary,"
    "effects,effect_reasons,effect_ranges,environment,rule,policy,terms,hold,shape,"
    "justification,input_sha256,input,files,requested_at,expires_at,state,decided_at,grant_expires_"
    "at,"
    "review,escalated,escalates_at";
template <class C, Is<RequestRow> R>
void columns(C& c, R& r) {
  c.text(r.id).blob(r.digest).text(r.session).text(r.agent).text(r.owner).text(r.target);
  c.text(r.account).blob(r.submitted).blob(r.canonical).blob(r.opaque_reason).blob(r.summary);
  c.strings(r.effects).strings(r.effect_reasons).strings(r.effect_ranges);
  c.strings(r.environment).text(r.rule).text(r.policy);
  c.blob(r.terms).blob(r.hold).text(r.shape);
  c.blob(r.justification).blob(r.input_sha256).blob(r.input).blob(r.files);
  c.integer(r.requested_at).integer(r.expires_at).text(r.state);
  c.integer(r.decided_at).integer(r.grant_expires_at).text(r.review).integer(r.escalated);
  c.integer(r.escalates_at);
}

inline constexpr std::string_view kDecisionColumns =
    "request,operator_name,say,reason,digest,proposal,grant_ms,at,statement,signature,"
    "key_fingerprint";
template <class C, Is<DecisionRow> R>
void columns(C& c, R& r) {
  c.text(r.request).text(r.operator_name).text(r.say).blob(r.reason).blob(r.digest);
  c.blob(r.proposal).integer(r.grant_ms).integer(r.at);
  c.blob(r.statement).blob(r.signature).text(r.key_fingerprint);
}

inline constexpr std::string_view kGrantColumns =
    "id,request,agent,target,account,kind,shape,policy,session,given_by,given_at,expires_at,"
    "ended_at,ended_by,uses";
template <class C, Is<GrantRow> R>
void columns(C& c, R& r) {
  c.text(r.id).text(r.request).text(r.agent).text(r.target).text(r.account).text(r.kind);
  c.text(r.shape).text(r.policy).text(r.session).text(r.given_by).integer(r.given_at);
  c.integer(r.expires_at).integer(r.ended_at).text(r.ended_by).integer(r.uses);
}

inline constexpr std::string_view kPauseColumns = "scope,paused_by,reason,at";
template <class C, Is<PauseRow> R>
void columns(C& c, R& r) {
  c.text(r.scope).text(r.by).blob(r.reason).integer(r.at);
}

inline constexpr std::string_view kAuditColumns =
    "sequence,at,tbl,row,operation,session,content,previous,hash";
template <class C, Is<AuditRow> R>
void columns_but_hash(C& c, R& r) {
  c.integer(r.sequence).integer(r.at).text(r.table).integer(r.row).text(r.operation);
  c.text(r.session).blob(r.content).blob(r.previous);
}
template <class C, Is<AuditRow> R>
void columns(C& c, R& r) {
  columns_but_hash(c, r);
  c.blob(r.hash);
}

inline constexpr std::string_view kConfigurationColumns =
    "at,reason,program,policy_sha256,catalog_sha256,version,config_sha256,operators";
template <class C, Is<ConfigurationRow> R>
void columns(C& c, R& r) {
  c.integer(r.at).text(r.reason).text(r.program).text(r.policy_sha256).text(r.catalog_sha256);
  c.text(r.version).text(r.config_sha256).blob(r.operators);
}

inline constexpr std::string_view kCheckpointColumns =
    "sequence,hash,configuration,at,reason,bastion,signature";
template <class C, Is<CheckpointRow> R>
void columns(C& c, R& r) {
  c.integer(r.sequence).blob(r.hash).blob(r.configuration).integer(r.at).text(r.reason);
  c.text(r.bastion).blob(r.signature);
}

inline constexpr std::string_view kHoldColumns =
    "session,reason,placed_by,placed_at,released_by,released_at";
template <class C, Is<HoldRow> R>
void columns(C& c, R& r) {
  c.text(r.session).blob(r.reason).text(r.placed_by).integer(r.placed_at);
  c.text(r.released_by).integer(r.released_at);
}

inline constexpr std::string_view kTombstoneColumns =
    "session,rule,at,rows,sha256,bastion,signature";
template <class C, Is<TombstoneRow> R>
void columns(C& c, R& r) {
  c.text(r.session).text(r.rule).integer(r.at).text(r.rows).blob(r.sha256);
  c.text(r.bastion).blob(r.signature);
}

inline constexpr std::string_view kWatchColumns = "at,watcher,how,session";
template <class C, Is<WatchRow> R>
void columns(C& c, R& r) {
  c.integer(r.at).text(r.watcher).text(r.how).text(r.session);
}

// "?,?,?" for a list of column names.
std::string placeholders(std::string_view names);
// All columns of one new row.
std::string insert_into(std::string_view table, std::string_view names);
// All columns of the row whose id is the parameter after them.
std::string update_all(std::string_view table, std::string_view names);
std::string select_from(std::string_view table, std::string_view names, std::string_view rest);

}  // namespace hitl::store
