/**
 * The words and phrases that instructions to a model are made of, by what they do. Written by hand from published
 * descriptions of attacks (OWASP LLM01 and ASI01, MITRE ATLAS AML.T0051); no corpus is quoted. `*` ends a stem. The
 * automaton folds case, accents, look-alikes and digits, so each is written once. A semicolon separates.
 */
const WORDS = {
  /** Verbs that set something aside, in the form that commands. */
  setAside:
    "ignore;disregard;forget;override;overrule;bypass;circumvent;supersede;discard;dismiss;abandon;neglect;erase;violate;" +
    "do not follow;don't follow;stop following;no longer follow;do not obey;don't obey;stop obeying;pay no attention to;" +
    "do not adhere to;set aside;throw away;not bound by;instead of following;rather than following;" +
    // French, Spanish, Portuguese, Italian
    "ignorez;ignorer;oubliez;oublie;oublier;ne tenez pas compte;ne tenez plus compte;ne tiens plus compte;ne tiens pas compte;ne suivez pas;contournez;" +
    "ignora;ignorar;ignoren;ignorad;olvida;olvide;olvidar;olvidad;omite;haz caso omiso;haga caso omiso;no sigas;" +
    "ignorem;esqueca;esqueça;esquece;desconsidere;desconsidera;nao siga;" +
    "ignorate;ignori;dimentica;dimenticate;dimenticare;trascura;non seguire;" +
    // German, Dutch, Swedish, Polish, Turkish, Indonesian, Vietnamese
    "ignoriere;ignorieren;ignoriert;vergiss;vergessen;missachte;missachten;uebergehe;übergehe;befolge nicht;setze dich uber;" +
    "negeer;negeren;vergeet;ignorera;strunta i;bortse fran;zignoruj;ignoruj;zapomnij;pomin;yoksay;yok say;gormezden gel;unut;" +
    "abaikan;lupakan;bo qua;" +
    // Russian, Ukrainian
    "игнорируй;игнорируйте;проигнорируй;проигнорируйте;забудь;забудьте;не следуй;не обращай внимания;ігноруй;ігноруйте;забудьте;" +
    // Chinese, Japanese, Korean
    "忽略;无视;無視;忘记;忘記;忘掉;不要理会;不要遵守;不用管;绕过;無視して;忘れて;従わないで;무시하;무시해;잊어;따르지 마;" +
    // Arabic, Hindi
    "تجاهل;تجاهلوا;انس;انسى;अनदेखा;नज़रअंदाज;भूल जाओ",

  /** Which of them: the ones that came before, or the model's own. */
  earlier:
    "previous;previously;prior;above;earlier;preceding;foregoing;former;existing;original;initial;initially;your;hidden;full;complete;verbatim;secret;internal;system;system's;safety;" +
    "security;core;user's;developer's;operator's;proxy's;given to you;given so far;you were given;you have been given;you received;so far;before this;" +
    "precedentes;precedente;precedents;anterieures;ci-dessus;vos;votre;tes;ton;tu;su;tuo;dein;deinen;anteriores;previas;previos;anterior;tus;sus;suas;precedenti;tue;" +
    "vorherigen;vorherige;vorigen;bisherigen;bisherige;obigen;fruheren;deine;ihre;vorige;eerdere;bovenstaande;tidigare;poprzednie;wczesniejsze;" +
    "onceki;sebelumnya;truoc do;предыдущие;предыдущих;прежние;вышеуказанные;свои;ваши;попередні;" +
    "之前;以前;先前;上面;以上;此前;你的;您的;前の;これまで;上記;あなたの;이전;위의;기존;앞의;السابقة;السابق;पिछले;पिछली;" +
    "you were told;you got;you have received;del usuario;que te dio;du systeme;del sistema;de l'utilisateur;用户的;ユーザーの",

  all: "all;any;every;everything;each;other;whatever;entire;toutes;tous;todas;todos;toda;tutte;tutti;alle;alla;wszystkie;tum;semua;tat ca;все;всех;всі;所有;全部;一切;任何;すべて;全て;모든;جميع;كل;सभी",

  /** What governs a model. */
  rules:
    "instruction;instructions;prompt;prompts;directive;directives;guideline;guidelines;guardrail;guardrails;directions;programming;" +
    "constraints;safeguards;safety checks;safety rules;system message;orders;briefing;" +
    "consigne;consignes;directives;instruccion;instrucciones;indicaciones;directrices;instrucoes;orientacoes;istruzioni;direttive;" +
    "anweisung;anweisungen;vorgaben;instructies;aanwijzingen;instruktioner;instrukcje;instrukcji;polecenia;talimatlari;talimatlar;yonergeleri;" +
    "instruksi;perintah;huong dan;инструкции;инструкций;указания;указаний;інструкції;вказівки;指令;指示;说明;提示词;命令;プロンプト;지시;지침;명령;프롬프트;" +
    "التعليمات;تعليمات;الأوامر;निर्देश;निर्देशों",

  /** Words that may be that, or anything else. */
  rulesWeak:
    "rule;rules;policy;policies;command;commands;restriction;restrictions;constraint;limits;limitations;" +
    "training;filters;politique;regles;reglas;politicas;regras;regole;regeln;richtlinien;regels;regler;zasady;" +
    "правила;політику;规则;規則;设定;ルール;규칙;القواعد;नियम",

  /** What was said; people set that aside too. */
  talk:
    "message;messages;request;requests;context;conversation;task;tasks;warning;warnings;content;text;question;questions;input;" +
    "demande;demandes;frage;fragen;pregunta;peticion;domanda;问题;请求;質問;質疑;질문;вопрос",

  /** Setting aside, complete in itself. */
  setAsideWhole:
    "replace the instructions of;replaces the instructions of;ignore the above;ignore all of the above;ignore everything above;ignore everything before;ignore all previous;ignore all prior;ignore previous;ignore what came before;" +
    "disregard the above;disregard all previous;disregard everything;disregard previous;forget everything;forget all previous;forget all of that;forget what you were told;forget what you know;" +
    "forget the above;ignore what you were told;ignore what i said;override your;olvida todo;oubliez tout;vergiss alles;dimentica tutto;esqueca tudo;забудь все;忘记一切;忽略以上;忽略上述;上記を無視;" +
    "no longer bound;not bound by any",

  negation:
    "do not;don't;dont;never;must not;should not;without;avoid;not to;cannot;ne pas;ne;n';no;nunca;sin;nao;não;non;nicht;niet;inte;nie;не;никогда;без;不要;别;勿;不得;しないで;마세요;하지 마;لا;मत;" +
    "不再;nichts;kein;keine;keinem;ないで;ないこと;せず;ne tiens;sans",

  tell:
    "tell;mention;inform;reveal;disclose;notify;alert;report;show;warn;expose;bring up;draw attention;" +
    "dites;dire;informez;mentionnez;revelez;decir;digas;informes;menciones;muestres;avises;diga;mencione;informe;dire;menzionare;informare;mitteilen;sage;sagen;erwahnen;erwahne;informieren;zeige;vertel;vertellen;vermeld;" +
    "сообщай;сообщайте;говори;говорите;упоминай;упоминайте;показывай;告诉;告知;提及;透露;通知;显示;知らせ;教え;言わ;伝え;알리;말하;언급;" +
    "prevenir;previens;parler;sag;erwahnt;verrate;知道;提到;知られ;書か",

  person:
    "user;users;the user;anyone;human;humans;person;people;customer;customers;operator;operators;owner;end user;" +
    "utilisateur;utilisateurs;l'utilisateur;usuario;usuarios;al usuario;usuário;utente;benutzer;nutzer;gebruiker;anvandaren;uzytkownikowi;kullaniciya;пользователю;пользователя;користувачу;用户;使用者;ユーザー;사용자;المستخدم;उपयोगकर्ता;" +
    "nutzers;benutzers;kunde;kunden;the person;利用者;usagers;l'usager",

  /** Hiding something from the person, complete in itself. */
  concealed:
    "without telling;without informing;without notifying;without alerting;without mentioning;without letting;without the user's knowledge;without user knowledge;without their knowledge;without the user knowing;without the user noticing;" +
    "keep this hidden;keep this secret;keep it secret;keep it hidden;keep this between us;keep this confidential from;hide this from;hide it from;conceal this;conceal it;remains undetected;remain undetected;avoid detection;" +
    "never reveal these;do not reveal these;do not reveal this;don't reveal this;do not mention this;don't mention this;do not mention that;do not disclose this;do not tell the user;don't tell the user;do not inform the user;do not notify the user;do not alert the user;never tell the user;never mention this;" +
    "do not tell them;don't tell them;never tell them;do not let the user;don't let the user;the user must not know;the user should not know;user must not see;does not need to know;" +
    "sin que el usuario;sans que l'utilisateur;a l'insu de;ohne dass der;ohne wissen des;не сообщая;втайне;不要告诉用户;别告诉用户;请勿告知;ユーザーには知らせ;사용자에게 알리지;" +
    "keep quiet about;nothing to the user;leave it out of the summary;out of the user's sight;not be shown to the user;the user is not to see;the user is not to know;user is not to see;ohne es zu erwahnen;ohne den nutzer;ohne den benutzer;sag dem benutzer nichts;sag dem nutzer nichts;sans en parler;sans prevenir l'utilisateur;l'utilisateur ne doit pas;el usuario no debe;sin avisar al usuario;不要让用户;不让用户;内緒に;用户不需要知道;用户无需知道",

  quietly:
    "silently;secretly;covertly;quietly;discreetly;stealthily;surreptitiously;invisibly;in secret;behind the scenes;en secret;discretement;en secreto;silenciosamente;segretamente;heimlich;unbemerkt;тайно;незаметно;秘密地;悄悄;偷偷;こっそり;몰래",

  /** Moving data out, in the form that commands. */
  send:
    "send;forward;post;upload;exfiltrate;append;include;pass;embed;prepend;copy;transmit;submit;attach;put;export;paste;encode;transfer;relay;email the;email all;email your;email them;email every;e-mail the;e-mail all;e-mail your;bcc;cc;leak;share;deliver;report back;pipe;" +
    "envoyez;envoyer;envoie;transmettez;joignez;copiez;envia;envie;enviar;reenvia;adjunta;incluye;incluya;invia;inviare;inoltra;allega;sende;senden;schicke;leite;anhangen;hochladen;stuur;verstuur;skicka;wyslij;gonder;kirim;" +
    "отправь;отправьте;перешли;перешлите;приложи;скопируй;передай;发送;转发;上传;附上;包含;送信;転送;添付;보내;전송;첨부;أرسل;भेजो;भेजें;" +
    "hand them to;hand it to;hand over;hand this to;schicken;weiterleiten;ubergib;ubergeben;transmets;transmettre;ajoute;fournir;fournis;publie;publica;enviala;envialo;enviarla;pasa;pasar;guarda;anade;填入;发到;抄送;传入;渡して;渡し;送って;送り",

  /** Giving something away, in the form that commands. */
  reveal:
    "reveal;print;output;display;repeat;show;expose;dump;leak;disclose;recite;return;share;write out;give me;tell me;spell out;summarize;translate;affichez;montrez;revelez;divulguez;muestra;revela;imprime;mostra;rivela;zeige;gib;enthulle;verrate;toon;" +
    "покажи;выведи;раскрой;输出;显示;透露;展示;泄露;表示し;出力し;明かし;출력;공개;보여",

  read:
    "read;open;cat;access;load;fetch;retrieve;extract;collect;gather;look up;grab;find;obtain;search for;list;lisez;ouvrez;lee;lea;leer;abre;leggi;apri;lies;lese;offne;lees;прочитай;прочитайте;открой;读取;打开;获取;読み取;読んで;開いて;읽어;읽고;" +
    "read_file;lire;lesen;mirar;読み",

  secretFile:
    "~/.ssh;/.ssh/;id_rsa;id_ed25519;id_ecdsa;authorized_keys;~/.aws;.aws/credentials;.env file;.env;.netrc;.npmrc;.pypirc;.git-credentials;.kube/config;.docker/config.json;/etc/passwd;/etc/shadow;" +
    "~/.cursor/mcp.json;~/.claude.json;.gnupg;credentials.json;.bash_history;.zsh_history;login.keychain;cookies.sqlite;wallet.dat;known_hosts;.config/gcloud;ssh private key;ssh keys;ssh key",

  secretWord:
    "api key;api keys;apikey;apikeys;access token;access tokens;password;passwords;credential;credentials;private key;private keys;secret key;secret keys;environment variables;env vars;secrets;read_secret;" +
    "session token;session tokens;auth token;bearer token;seed phrase;recovery phrase;connection string;cookies;clipboard;customer emails;customer e-mails;database contents;personal data;credit card;social security;" +
    "mots de passe;mot de passe;contrasena;contrasenas;claves;credenciales;credenciais;senhas;credenziali;passwort;passworter;zugangsdaten;пароль;пароли;ключи;токены;密码;密钥;凭证;口令;パスワード;認証情報;비밀번호;자격 증명;" +
    "one-time code;one time code;card number;card numbers;security code;aws_secret_access_key;github_token;openai_api_key;cle api;token de github;variables de entorno;variables d'environnement;umgebungsvariablen;验证码;环境变量;環境変数;apiキー;api キー;clave api;api-schlussel;kennwort;environment file;recovery code",

  modelPrompt:
    "system prompt;system prompts;system message;hidden prompt;hidden instructions;hidden system;initial instructions;initial prompt;your instructions;your prompt;your rules;your guidelines;developer message;private rules;tool definitions;internal instructions;" +
    "conversation history;chat history;entire conversation;previous messages;full conversation;internal canary;" +
    "historique de la conversation;historial de la conversacion;gesprachsverlauf;chatverlauf;聊天记录;会話の内容;会話履歴;대화 내용;invite systeme;prompt systeme;prompt del sistema;instrucciones del sistema;prompt do sistema;prompt di sistema;systemprompt;systemanweisung;системный промпт;системную подсказку;系统提示;系统提示词;系统指令;システムプロンプト;시스템 프롬프트",

  /** Where data would go. */
  away: "http://;https://;attacker;attacker's;evil;external;remote server;remote host;webhook;third party;third-party;collector;exfil;outside;pastebin;@gmail.com;@protonmail;requestbin;ngrok;burpcollaborator;interactsh;over dns",

  carry:
    "next call;next request;next message;parameter;parameters;argument;arguments;field;fields;query;metadata;sidecar;sidenote;notes;context;footer;signature;image url;url;" +
    "champ;parametre;parametro;campo;feld;параметр;参数;字段;引数;パラメータ;フィールド",

  /** Delimiters of chat formats and of prompts: text that pretends to be another speaker. */
  roleMark:
    "<|im_start|>;<|im_end|>;<|system|>;<|user|>;<|assistant|>;<|endoftext|>;<|eot_id|>;<|start_header_id|>;<<sys>>;<</sys>>;[inst];[/inst];<system>;</system>;<system_prompt>;<system-reminder>;</system-reminder>;<developer>;<assistant>;</assistant>;" +
    "<start_of_turn>;<end_of_turn>;</tool_result>;<tool_result>;</function_results>;</tool_response>;<admin>;<hidden>;<secret>;[system];[/system];[[system]];(system);### system;###system;## system:;[system message];[system note];[system override];[system prompt];" +
    "system: override;new system message;new system prompt;end of tool output;end of tool result;end of user input;end of document;begin system;begin instructions;[assistant instructions;[ai instructions;[hidden;" +
    '<|end|>;<important>;"role":"system";"role": "system";<|assistant;<|developer|>;</document>;</output>;[systemnachricht];[mensaje del sistema];--- end of document ---;--- begin document ---',

  /** The same as a line's beginning: believed when it begins one, more so in capitals. */
  roleLine:
    "system:;system note:;system notice:;system update:;system alert:;system message:;system override:;system instruction:;system instructions:;system directive:;administrator notice:;admin notice:;admin note:;admin:;developer:;assistant:;systeme:;sistema:;systemhinweis:;система:;系统:;システム:;시스템:;" +
    "### system message;human:;user:;### systeme :;### systeme",

  /** Addressed past the person to the model. */
  toModel:
    "note to assistant;note to the assistant;note to ai;note to the ai;note to model;note to the model;note to llm;note for the ai;note for ai;note for assistant;note for the assistant;note to agent;note to the agent;attention ai;attention assistant;attention agent;attention llm;attention model;dear ai;dear assistant;dear agent;" +
    "hey assistant;hello assistant;hi assistant;assistant instructions;instructions for the assistant;instructions for the ai;instructions for ai;instructions for the agent;instructions for the model;instructions to the model;instruction to the ai;for ai agents;for ai assistants only;for llms;if you are an ai;if you are an llm;if you are a language model;if you're an ai;if you are an assistant;any ai reading;ai reading this;llm reading this;agents reading this;" +
    "hidden directive;hidden instruction;secret instruction;new directive;priority directive;new instructions;new instruction;updated instructions;real instructions;real task;actual task;your new task;your new instructions;l'assistant doit;el asistente debe;der assistent muss;ассистент должен;给助手的;致ai;アシスタントへ;어시스턴트에게;" +
    "message to the assistant;from the developer to the assistant;notice to the model;notice to the assistant;message to the model;message for the assistant;as the model that reads this;when the model reads this;ai assistants reading this;ai agents reading this;if you are a language;real task of the assistant;an den assistenten;an das sprachmodell;an die ki;al asistente;a l'assistant;给人工智能;致人工智能;aiアシスタントへ;아시스턴트에게",

  must:
    "must;required to;have to;need to;mandatory;immediately;always;strictly;first;before proceeding;before continuing;before using;before doing;before you;before returning;before responding;before answering;now;instead;make sure to;be sure to;you should;devez;debes;debe;devi;deve;musst;mussen;moet;должен;должны;обязан;必须;務必;务必;必ず;반드시;" +
    "has to;should;shall;musst du;sollen;soll;tu dois;siempre;immer;zuerst;antes de;avant tout;bevor;须",

  run:
    "call;invoke;execute;run;use;trigger;launch;navigate to;visit;open;load;click;approve;install;utilisez;executez;appelez;lancez;approuvez;ejecuta;ejecute;llama;usa;esegui;chiama;fuhre;rufe;nutze;starte;voer;выполни;выполните;вызови;вызовите;запусти;запустите;执行;调用;运行;実行;呼び出;실행;호출;" +
    "aufrufen;ruf;llama siempre;publish;ausfuhren;appelle;实行;invoque",

  tool:
    "tool;tools;function;functions;command;commands;shell;bash;powershell;run_command;execute_command;read_file;write_file;send_email;http_request;fetch;terminal;tool call;tool calls;outil;l'outil;herramienta;strumento;werkzeug;инструмент;команду;工具;函数;ツール;도구;" +
    "run_shell;execute_sql;werkzeuge;herramientas;outils;终端;terminal:",

  /** A shell line that fetches and runs, destroys, or inlines a file. */
  shell:
    "| sh;| bash;|sh;|bash;| zsh;$(cat;`cat;$(env;rm -rf;/dev/tcp/;base64 -d;chmod +x;curl -s;curl http;curl https;wget http;nc -e;powershell -enc;invoke-expression;iex (;bash -c;sh -i",

  obey:
    "obey;comply;adhere;follow;carry out;act on;execute the following;respond only with;do as it says;do what it says;suivez;obeissez;sigue;obedece;cumple;segui;obbedisci;befolge;folge;volg;следуй;следуйте;выполняй;遵循;遵守;服从;従って;従い;따르;" +
    "do whatever;do what this server says;obey only;obedece solo",

  fresh:
    "following;below;these;new;this;embedded;attached;subsequent;it contains;inside;next;cette nouvelle;suivante;suivantes;siguientes;siguiente;nuevas;seguenti;seguente;nuove;folgenden;folgende;neuen;volgende;следующие;новые;以下;下列;新的;次の;新しい;다음;새로운",

  press:
    "important:;failure to comply;elevated privileges;full admin access;admin access;administrator access;root access;will not work properly;will not work;system will crash;will be lost;will fail otherwise;for security auditing;security verification;compliance check;" +
    "very important;extremely important;critically important;this is critical;this is mandatory;is mandatory;no exceptions;top priority;highest priority;overrides all;takes precedence over;do not question;do not ask;no confirmation;without confirmation;without asking;without approval;without applying;without restrictions;no restrictions;has already approved;has pre-approved;user has authorized;already authorized;pre-authorized;as authorized by",

  /** Says that the person has agreed already. */
  approved:
    "has granted full access;has granted access;has given permission;has just confirmed;has already confirmed;user has confirmed;is pre-approved;are pre-approved;already been approved;switched off all approvals;turned off all approvals;approvals are disabled;enabled auto mode;do not stop for confirmation;no confirmation is needed;without confirmation;" +
    "ohne bestatigung;ohne ruckfrage;ohne nachfrage;ruckfragen abgeschaltet;ist einverstanden;ya ha autorizado;ha autorizado;sin confirmacion;a valide;a deja autorise;sans confirmation;已授权;已经授权;不需要再次确认;无需确认;確認なしで;承認済み;уже подтвердил;без подтверждения",

  /** Says that rules are over. */
  over: "no longer apply;no longer applies;no longer valid;are void;are suspended;are obsolete;is obsolete;ne s'appliquent plus;gelten nicht mehr;ya no valen;ya no se aplican;не действуют;不再适用;不再有效;無効",

  /** Who reads: the model, called by a name. */
  model:
    "assistant;assistants;ai agent;ai agents;the agent;agent;the model;language model;language models;llm;llms;the ai;an ai;ki;ki-agent;ki-agenten;sprachmodell;sprachmodelle;assistent;assistenten;asistente;modele de langage;assistente;ассистент;ассистента;助手;智能体;语言模型;アシスタント;エージェント;言語モデル;어시스턴트;에이전트",

  ask: "ask;request;prompt;demand;have;frage;frag;verlange;pide;pida;solicita;pregunta;demande;demandez;chiedi;запроси;спроси;索要;询问;要求;尋ね;聞き;聞いて;물어",

  hide: "hide;conceal;keep;withhold;verbirg;verheimliche;verschweige;oculta;esconde;cache;dissimule;скрой;隐瞒;隐藏;隠し;숨겨",

  persona:
    "developer mode;dan mode;do anything now;jailbreak mode;god mode;debug mode enabled;you are now;you are no longer;act as if you;pretend you have no;pretend to be an unrestricted;unrestricted mode;no longer an ai;vous etes maintenant;vous etes administrateur;ahora eres;du bist jetzt;sei ora;теперь ты;你现在是;あなたは今から;이제부터 너는;" +
    "unrestricted agent;unrestricted assistant;maintenance mode;administrator mode;admin mode;mode administrateur;modo administrador;administratormodus;管理员模式;管理者モード;unrestricted ai",

  remember:
    "remember permanently;remember forever;remember that this user;remember for all;always remember that;store this in memory;save this to memory;save to your memory;add to your memory;update your memory;memorize that;memorisez que;memorize this;from now on;from this point on;from this point forward;going forward;in all future;for all future;for the rest of this;in every future;for all subsequent;on each call;whenever this tool;desormais;de ahora en adelante;a partir de ahora;d'ora in poi;ab jetzt;von nun an;отныне;с этого момента;запомни;从现在开始;从现在起;今后;今後;앞으로",

  done:
    "answer: task complete;task complete;task completed;task is complete;task is done;task finished;end of results;end of output;original task completed;" +
    "was only a test",

  /** Takes other tools over. */
  takeover:
    "modify the behavior of;modify the behaviour of;is invoked by any;is called by any;modifies the behavior of;modify the behaviour of;change the behavior of;alters the behavior of;replace its output;replace the output of;replaces its output;instead of the built-in;intercept all;intercept every;bcc on every;on behalf of every;" +
    "whenever any other;before any other tool;before every other tool;every other tool;instead of any other tool",

  /** Words of the above under ROT13: a reason to read the text once more. */
  rot13:
    "cerivbhf;vafgehpgvba;vafgehpgvbaf;flfgrz;cebzcg;erirny;nffvfgnag;qvfertneq;vtaber;sbetrg;frperg;gbxra;cnffjbeq;perqragvnyf;nccebir;rkrphgr;hfre",

  /** Speaks about attacks: a frame in which the same words are reported, not meant. */
  reported:
    "example;examples;e.g.;for instance;such as;phrase;phrases;pattern;patterns;attack;attacks;attackers;injection;injections;injected;inject;jailbreak;jailbreaks;jailbreaking;adversarial;malicious;malware;detect;detects;detected;detector;detectors;detection;scan;scans;scanner;scanning;" +
    "threat;threats;vulnerability;vulnerabilities;exploit;mitigation;mitigations;defense;defenses;defend;defenders;guards against;protect against;prevent;prevents;flag;flags;flagged;block;blocks;blocked;refuse;refuses;refused;quote;quotes;quoted;says;saying;contains;containing;includes;included;" +
    "payload;payloads;test;tests;fixture;fixtures;sample;samples;literal;benchmark;red team;red-team;red-teaming;owasp;poisoning;poisoned;untrusted;suspicious;regex;heuristic;heuristics;false positive;false positives;asks;tries to;attempts to;attempting;tricks;trick;classify;classifier;illustrates;illustrative;demonstrates;contain;sentence;sentences;strings;filter;filters;prompt injection;prompt-injection;training material;workshop;might say;could say;would say;" +
    "beispiel;beispiele;satz;satze;versteht man;eingaben;erkennt;angriff;angriffe;ejemplo;ejemplos;frase;frases;inyeccion;ataque;ataques;exemple;exemples;attaque;attaques;例;例子;例如;典型;注入;攻击;インジェクション;攻撃;пример;атака;예시",
} as const;

export type Meaning = keyof typeof WORDS;

/** Every phrase once, and what it means, by the same index. One phrase may mean several things. */
export interface Lexicon {
  readonly phrases: readonly string[];
  readonly meanings: readonly ReadonlySet<Meaning>[];
}

export function readLexicon(): Lexicon {
  const byPhrase = new Map<string, Set<Meaning>>();
  for (const meaning of Object.keys(WORDS) as Meaning[]) {
    for (const phrase of WORDS[meaning].split(";")) {
      const known = byPhrase.get(phrase);
      if (known) known.add(meaning);
      else byPhrase.set(phrase, new Set([meaning]));
    }
  }
  return { phrases: [...byPhrase.keys()], meanings: [...byPhrase.values()] };
}
