// SPDX-License-Identifier: Apache-2.0
// The tree of one submitted text, in the words of POSIX XCU chapter 2.
//
// A tree exists only for text that was understood as a whole; what the parser
// does not know has no node here.  Quoting is gone from it: a Literal is text
// after quote removal, a Glob is a character that was live.  The tree is plain
// values: it copies, moves, and owns nothing outside itself.
//
// Every Range points into the text that was parsed.  Some constructs have no
// node, because the parser resolves them: brace expansion (its words stand in
// its place, each with the range of the whole) and &>f, which is 1>f 2>&1.
// ((e)) is [[ $((e)) -ne 0 ]].
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace hitl::shell {

// Merges lambdas into one visitor; leaving out an alternative does not compile.
template <class... F>
struct Match : F... {
  using F::operator()...;
};
template <class... F>
Match(F...) -> Match<F...>;

// Bytes [begin, end) of the submitted text.
struct Range {
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
  bool operator==(const Range&) const = default;
};

struct Word;
struct Command;
struct ListItem;

// and-or lists, one after the other: a whole script, or the body of a compound
// command.  Where one may have no items, it says so.
struct List {
  std::vector<ListItem> items;
};

// ---- words (XCU 2.6) ------------------------------------------------------

// Text after quote removal.  If it is the value of a variable whose value was
// certain, `followed` is the name that was written.
struct Literal {
  std::string text;
  std::string followed;
};

// One live element of a pattern: "*", "?" or a bracket expression "[...]".
struct Glob {
  std::string text;
};

// ~ or ~user where the shell expands it; `user` is empty for the own home.
struct Tilde {
  std::string user;
};

// What ${name...} does with its value.  The operand words of the operators are
// in Param::operands.
enum class ParamOp : std::uint8_t {
  None,
  Length,          // ${#name}
  Default,         // ${name-word}
  Assign,          // ${name=word}
  Error,           // ${name?word}
  Alternative,     // ${name+word}
  RemovePrefix,    // ${name#pattern}
  RemovePrefixes,  // ${name##pattern}
  RemoveSuffix,    // ${name%pattern}
  RemoveSuffixes,  // ${name%%pattern}
  Replace,         // ${name/pattern/word}
  ReplaceAll,      // ${name//pattern/word}
  ReplacePrefix,   // ${name/#pattern/word}
  ReplaceSuffix,   // ${name/%pattern/word}
  Substring,       // ${name:offset:length}, integers only
  UpperFirst,      // ${name^}
  Upper,           // ${name^^}
  LowerFirst,      // ${name,}
  Lower,           // ${name,,}
};

// $name, ${name}, ${name[i]}, ${name op operand}; also the special parameters
// @ * # ? - $ ! 0-9.  Unquoted, the shell splits the value into words and
// expands patterns in them.
struct Param {
  std::string name;
  std::string index;  // "", "@", "*" or a decimal number
  ParamOp op = ParamOp::None;
  bool colon = false;          // := :- :? :+, which treat empty as unset
  std::vector<Word> operands;  // as many as the operator was given
  bool quoted = false;
  // Every value that it can have here, where that is certain and more than one
  // (the counter of a for loop over literal words); empty if unknown.
  std::vector<std::string> values;
};

// $(list), also written `list`.
struct CommandSub {
  List body;  // may have no items
  bool quoted = false;
};

// $((expression)) over integers and names whose value is known to be one.
struct Arith {
  Range range;
  enum class Kind : std::uint8_t { Number, Name, Dollar, Operator };  // Dollar: ${name}
  struct Token {
    Kind kind;
    std::string text;
  };
  std::vector<Token> tokens;  // a well-formed expression
  bool quoted = false;
};

// <(list) or >(list).
struct ProcessSub {
  bool output = false;  // >( ): the list reads what is written to it
  List body;
};

using WordPart = std::variant<Literal, Glob, Tilde, Param, CommandSub, Arith, ProcessSub>;

struct Word {
  Range range;
  // "NAME=" or "NAME+=" where the shell takes this operand as an assignment
  // (of export, readonly, local, declare, typeset; and any operand NAME=~...).
  std::string assigns;
  std::vector<WordPart> parts;
};

// ---- simple commands (XCU 2.9.1) ------------------------------------------

enum class RedirectOp : std::uint8_t {
  Read,        // n<word
  Write,       // n>word
  Append,      // n>>word
  ReadWrite,   // n<>word
  Clobber,     // n>|word
  DupIn,       // n<&m, n<&-
  DupOut,      // n>&m, n>&-
  HereDoc,     // n<<delimiter; `target` is the body
  HereString,  // n<<<word
};

struct Redirection {
  Range range;
  int fd = 0;  // 0 to 9, always explicit
  RedirectOp op = RedirectOp::Read;
  Word target;  // of DupIn and DupOut: a Literal, "0" to "9" or "-"
};

struct Assignment {
  Range range;
  std::string name;
  bool append = false;  // name+=value
  bool array = false;   // name=(elements)
  Word value;           // no parts: empty
  std::vector<Word> elements;
};

// Assignments alone, or words with assignments before them.
struct Simple {
  std::vector<Assignment> assignments;
  std::vector<Word> words;
};

// ---- pipelines and and-or lists (XCU 2.9.2, 2.9.3) ------------------------

// [time [-p]] [!] a | b
struct Pipeline {
  enum class Timed : std::uint8_t { No, Yes, Posix };  // how long it took, on standard error
  Timed timed = Timed::No;
  bool negated = false;
  std::vector<Command> stages;  // one only if timed or negated
};

enum class AndOrOp : std::uint8_t { And, Or };

// a && b || c, of equal precedence, from the left.
struct AndOr {
  std::vector<Command> operands;  // two or more
  std::vector<AndOrOp> ops;       // ops[i] stands between operands i and i+1
};

// ---- compound commands (XCU 2.9.4) ----------------------------------------

struct Subshell {
  List body;
};

struct Group {
  List body;
};

struct IfBranch {
  List condition, body;
};

struct If {
  std::vector<IfBranch> branches;  // if, then elif
  std::optional<List> otherwise;
};

struct For {
  std::string name;
  std::vector<Word> words;  // "for x do" has the one word "${@}"
  List body;
};

// while and until
struct Loop {
  bool until = false;
  List condition, body;
};

struct CaseArm {
  Range range;
  std::vector<Word> patterns;
  List body;  // may have no items
};

struct Case {
  Word subject;
  std::vector<CaseArm> arms;
};

// name() { body; }
struct FunctionDef {
  std::string name;
  List body;
};

// [[ expression ]]
struct CondExpr {
  enum class Kind : std::uint8_t { And, Or, Not, Unary, Binary };
  Kind kind = Kind::Unary;
  std::string op;             // of Unary and Binary: "-f", "==", "-nt"...; "-n" for a lone word
  std::vector<Word> words;    // of Unary one, of Binary two; the right of == != is a pattern
  std::vector<CondExpr> sub;  // of Not one, of And and Or two or more
};

struct Conditional {
  CondExpr expr;
};

using CommandNode = std::variant<Simple, Pipeline, AndOr, Subshell, Group, If, For, Loop, Case,
                                 FunctionDef, Conditional>;

// Redirections belong to simple and compound commands alike; a Pipeline, an
// AndOr and a FunctionDef have none of their own.
struct Command {
  Range range;
  CommandNode node;
  std::vector<Redirection> redirections;  // in the order in which they take effect
};

// A command of a list.  Only in a Script's own list does the end of a line
// matter: an expansion error abandons the rest of its line.
struct ListItem {
  Command command;
  bool background = false;  // ended by &
  bool ends_line = false;   // the next one begins a new line
};

struct Script {
  List body;               // no items: the text was blank, or only comments
  bool bash_only = false;  // some construct is not in POSIX XCU 2
};

}  // namespace hitl::shell
