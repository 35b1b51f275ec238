{{/* What all pods have in common, as in docker-compose.yml: no rights, and a file system that is read only. */}}
{{- define "longhaul.podSecurity" -}}
automountServiceAccountToken: false
serviceAccountName: {{ include "longhaul.serviceAccount" . }}
{{- with .Values.imagePullSecrets }}
imagePullSecrets:
  {{- toYaml . | nindent 2 }}
{{- end }}
securityContext:
  runAsNonRoot: true
  runAsUser: 1000
  runAsGroup: 1000
  fsGroup: 1000
  seccompProfile: { type: RuntimeDefault }
{{- end }}

{{- define "longhaul.container" -}}
image: "{{ .Values.image.repository }}:{{ default .Chart.AppVersion .Values.image.tag }}"
imagePullPolicy: {{ .Values.image.pullPolicy }}
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  capabilities: { drop: [ALL] }
{{- end }}

{{/* Variables for (dict "root" $ "own" <map>): what is the same for all, then what is the process's own. */}}
{{- define "longhaul.env" -}}
envFrom:
  - secretRef:
      name: {{ .root.Values.existingSecret }}
env:
  {{- range $name, $value := merge (dict) .own .root.Values.config }}
  {{- if ne (toString $value) "" }}
  - name: {{ $name }}
    value: {{ toString $value | quote }}
  {{- end }}
  {{- end }}
  {{- with .root.Values.extraEnv }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- end }}

{{/* Pods of one kind on different machines, as far as there are enough. */}}
{{- define "longhaul.spread" -}}
topologySpreadConstraints:
  - maxSkew: 1
    topologyKey: kubernetes.io/hostname
    whenUnsatisfiable: ScheduleAnyway
    labelSelector:
      matchLabels:
        {{- include "longhaul.selector" . | nindent 8 }}
{{- end }}
